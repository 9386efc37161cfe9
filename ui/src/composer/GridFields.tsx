/** The products of a grid: chosen from the catalog, or written with merge tags. */
import { ActionIcon, Button, SegmentedControl, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";

import { priceWords } from "../catalog/money";
import { api, read } from "../client/api";
import { t } from "../texts/texts";
import type { BlockFieldsProps } from "./BlockFields";
import { freshItem, type GridItem } from "./blocks";
import styles from "./Blocks.module.css";
import { LinkFields } from "./LinkFields";
import { textOf } from "./PushForm";
import { TemplateField } from "./TemplateField";

const MOST_ITEMS = 12;
const TYPING_PAUSE_MS = 150;

export function GridFields({ block, onChange }: BlockFieldsProps) {
  const items = (block["items"] as readonly GridItem[] | undefined) ?? [];
  const put = (next: readonly GridItem[]) => onChange({ ...block, items: next });
  return (
    <>
      <div>
        <span className={styles.label}>{t("block.columns")}</span>
        <SegmentedControl
          size="xs"
          value={String(block["columns"] ?? 2)}
          onChange={(columns) => onChange({ ...block, columns: Number(columns) })}
          data={["2", "3"]}
          aria-label={t("block.columns")}
        />
      </div>
      {items.map((item, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a product of a grid has no name but its place
        <fieldset key={index} className={styles.gridItem}>
          <legend>{t("block.product", { place: index + 1 })}</legend>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            disabled={items.length === 1}
            aria-label={t("block.removeProduct", { place: index + 1 })}
            onClick={() => put(items.toSpliced(index, 1))}
          >
            <X size={14} aria-hidden="true" />
          </ActionIcon>
          <FromCatalog onPick={(picked) => put(items.with(index, picked))} />
          <TemplateField label={t("block.parts.title")} value={item.title} onChange={(title) => put(items.with(index, { ...item, title }))} />
          <TemplateField label={t("block.parts.price")} value={textOf(item.price)} onChange={(price) => put(items.with(index, { ...item, price }))} />
          <TemplateField isAddress label={t("block.src")} value={textOf(item.image)} onChange={(image) => put(items.with(index, { ...item, image }))} />
          <LinkFields link={item.link} onChange={(link) => put(items.with(index, { ...item, link }))} />
        </fieldset>
      ))}
      {items.length < MOST_ITEMS && (
        <Button variant="default" size="xs" className={styles.add ?? ""} leftSection={<Plus size={14} aria-hidden="true" />} onClick={() => put([...items, freshItem()])}>
          {t("block.addProduct")}
        </Button>
      )}
    </>
  );
}

/** A product of the catalog fills in the fields; they stay as they are then, whatever becomes of the product. */
function FromCatalog({ onPick }: { onPick: (item: GridItem) => void }) {
  const [query, setQuery] = useState("");
  const [settled] = useDebouncedValue(query, TYPING_PAUSE_MS);
  const { data } = useQuery(shelfQuery(settled));
  const found = data?.items ?? [];
  return (
    <Select
      size="xs"
      searchable
      value={null}
      placeholder={t("block.fromCatalog")}
      aria-label={t("block.fromCatalog")}
      data={found.map(({ id, product_title, title }) => ({ value: id, label: [product_title, title].filter(Boolean).join(", ") }))}
      filter={({ options }) => options}
      searchValue={query}
      onSearchChange={setQuery}
      nothingFoundMessage={t("block.noProduct")}
      onChange={(id) => {
        if (id === null) return;
        void read(api.GET("/v1/shelf/{variant_id}", { params: { path: { variant_id: id } } })).then(({ variant, url }) =>
          onPick({ title: variant.product_title, price: variant.price === null ? "" : priceWords(variant.price), image: variant.image_url ?? "", link: { url } }),
        );
        setQuery("");
      }}
    />
  );
}

function shelfQuery(search: string) {
  return queryOptions({
    queryKey: ["shelf", "grid", search],
    queryFn: ({ signal }) => read(api.GET("/v1/shelf", { params: { query: { limit: 20, ...(search !== "" && { search }) } }, signal })),
    placeholderData: keepPreviousData,
  });
}
