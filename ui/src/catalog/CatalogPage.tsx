/** What can be waited for: variants with their stock on the left, all that is known of the chosen one on the right. */
import { Button, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { PackageSearch, RadioTower, Search } from "lucide-react";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import styles from "./CatalogPage.module.css";
import { Picture } from "./Picture";
import { type ShelfItem, shelfQuery, type StockFilter } from "./queries";
import { VariantCard } from "./VariantCard";

const FILTERS: readonly StockFilter[] = ["in_stock", "out_of_stock", "unknown"];
const ANY = "any";

export function CatalogPage() {
  const [address, setAddress] = useSearchParams();
  const [search, setSearch] = useState(address.get("search") ?? "");
  const [words] = useDebouncedValue(search.trim(), 200);
  const [stock, setStock] = useState<StockFilter | null>(null);
  const shelf = useInfiniteQuery(shelfQuery(words, stock));
  const items = shelf.data?.pages.flatMap((one) => one.items) ?? [];
  const chosen = address.get("variant") ?? items[0]?.id;

  return (
    <div className={page.page}>
      <PageHeader title={t("catalog.title")} detail={t("catalog.detail")} />
      <div className={styles.tools} role="search">
        <TextInput
          type="search"
          aria-label={t("catalog.search")}
          placeholder={t("catalog.search")}
          leftSection={<Search size={15} aria-hidden="true" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          className={styles.search}
        />
        <SegmentedControl
          aria-label={t("catalog.filter")}
          value={stock ?? ANY}
          onChange={(value) => setStock(FILTERS.find((one) => one === value) ?? null)}
          data={[
            { value: ANY, label: t("catalog.any") },
            ...FILTERS.map((one) => ({ value: one, label: t(`catalog.${one}`) })),
          ]}
        />
      </div>
      {shelf.isPending && <LoadingShelf />}
      {shelf.isError && shelf.data === undefined && (
        <section className={page.card}>
          <ProblemState problem={Problem.of(shelf.error)} onRetry={() => void shelf.refetch()} />
        </section>
      )}
      {shelf.data !== undefined && items.length === 0 && (
        <section className={page.card}>
          <EmptyState
            icon={PackageSearch}
            title={words === "" && stock === null ? t("catalog.empty.title") : t("catalog.none.title")}
            detail={words === "" && stock === null ? t("catalog.empty.detail") : t("catalog.none.detail")}
          >
            {words === "" && stock === null && (
              <Button component={Link} to="/sources" size="sm" leftSection={<RadioTower size={15} aria-hidden="true" />}>
                {t("sources.title")}
              </Button>
            )}
          </EmptyState>
        </section>
      )}
      {items.length > 0 && chosen !== undefined && (
        <div className={styles.columns}>
          <nav className={page.card} aria-label={t("catalog.variants")} aria-busy={shelf.isPlaceholderData}>
            <ul className={styles.shelf}>
              {items.map((item) => (
                <Row
                  key={item.id}
                  item={item}
                  isChosen={item.id === chosen}
                  onChoose={() => setAddress({ variant: item.id }, { replace: true })}
                />
              ))}
            </ul>
            {shelf.hasNextPage && (
              <Button
                variant="subtle"
                fullWidth
                loading={shelf.isFetchingNextPage}
                onClick={() => void shelf.fetchNextPage()}
                className={styles.more}
              >
                {t("catalog.more")}
              </Button>
            )}
          </nav>
          <VariantCard key={chosen} id={chosen} />
        </div>
      )}
    </div>
  );
}

function Row({ item, isChosen, onChoose }: { item: ShelfItem; isChosen: boolean; onChoose: () => void }) {
  return (
    <li>
      <button type="button" className={styles.row} aria-current={isChosen || undefined} onClick={onChoose}>
        <Picture src={item.image_url} size={38} />
        <span className={styles.names}>
          <span>{item.product_title}</span>
          <small>{item.title === "" ? item.sku : `${item.title} · ${item.sku}`}</small>
        </span>
        <span className={styles.stock} data-tone={toneOf(item.available)}>
          {item.available === null ? "–" : countWords(item.available)}
        </span>
        {item.waiting > 0 && (
          <small className={styles.waiting}>{t("catalog.waitingCount", { count: item.waiting, number: countWords(item.waiting) })}</small>
        )}
      </button>
    </li>
  );
}

/** Green while there is something, red when there is nothing, plain when nobody said. */
export function toneOf(available: number | null): "good" | "bad" | "neutral" {
  if (available === null) return "neutral";
  return available > 0 ? "good" : "bad";
}

function LoadingShelf() {
  return (
    <div className={styles.columns} role="status" aria-label={t("state.loading")}>
      <div className={page.card}>
        {["first", "second", "third", "fourth", "fifth"].map((row) => (
          <div key={row} className={styles.row}>
            <Skeleton height={38} width={38} radius={8} />
            <span className={styles.names}>
              <Skeleton height={13} width="70%" />
              <Skeleton height={10} width="40%" mt={6} />
            </span>
          </div>
        ))}
      </div>
      <div className={`${page.card} ${styles.loading}`}>
        <Skeleton height={22} width="45%" />
        <Skeleton height={64} mt={20} />
        <Skeleton height={200} mt={20} />
      </div>
    </div>
  );
}
