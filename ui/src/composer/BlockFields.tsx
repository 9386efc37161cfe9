/** The fields of one block of an e-mail. */
import { NativeSelect, NumberInput, SegmentedControl, Textarea } from "@mantine/core";

import { t } from "../texts/texts";
import type { Block } from "./blocks";
import styles from "./Blocks.module.css";
import { GridFields } from "./GridFields";
import { ItemFields } from "./ItemFields";
import { LinkFields } from "./LinkFields";
import { PictureField } from "./PictureField";
import { textOf } from "./PushForm";
import { TemplateField } from "./TemplateField";

export interface BlockFieldsProps {
  block: Block;
  onChange: (block: Block) => void;
}

const ALIGNS = ["left", "center", "right"] as const;
const LEVELS = ["1", "2", "3"] as const;

export function BlockFields({ block, onChange }: BlockFieldsProps) {
  const put = (parts: Partial<Block>) => onChange({ ...block, ...parts });
  switch (block.type) {
    case "heading":
      return (
        <>
          <TemplateField label={t("names.message_part.text")} value={textOf(block["text"])} onChange={(text) => put({ text })} />
          <div className={styles.row}>
            <NativeSelect
              label={t("block.level")}
              value={String(block["level"] ?? 1)}
              data={LEVELS.map((one) => ({ value: one, label: t(`block.levels.${one}`) }))}
              onChange={(event) => put({ level: Number(event.currentTarget.value) })}
            />
            <AlignField block={block} onChange={onChange} />
          </div>
        </>
      );
    case "text":
      return (
        <>
          <TemplateField label={t("names.message_part.text")} rows={4} value={textOf(block["text"])} onChange={(text) => put({ text })} />
          <AlignField block={block} onChange={onChange} />
        </>
      );
    case "image":
      return (
        <>
          <PictureField label={t("block.type.image")} value={textOf(block["src"])} onChange={(src) => put({ src })} />
          <TemplateField label={t("block.alt")} value={textOf(block["alt"])} onChange={(alt) => put({ alt })} />
          <WidthField label={t("block.width")} value={block["width"]} onChange={(width) => put({ width })} />
        </>
      );
    case "button":
      return (
        <>
          <TemplateField label={t("names.message_part.text")} value={textOf(block["text"])} onChange={(text) => put({ text })} />
          <LinkFields link={block["link"]} onChange={(link) => put({ link })} />
          <AlignField block={block} onChange={onChange} />
        </>
      );
    case "product_card":
    case "back_in_stock":
      return <ItemFields block={block} onChange={onChange} />;
    case "product_grid":
      return <GridFields block={block} onChange={onChange} />;
    case "raw":
      return (
        <Textarea
          label={t("block.html")}
          description={t("block.htmlHint")}
          className={styles.code ?? ""}
          autosize
          minRows={5}
          maxRows={16}
          spellCheck={false}
          value={textOf(block["html"])}
          onChange={(event) => put({ html: event.currentTarget.value })}
        />
      );
    case "divider":
      return <p className={styles.nothing}>{t("block.nothing")}</p>;
  }
}

function AlignField({ block, onChange }: BlockFieldsProps) {
  return (
    <div>
      <span className={styles.label}>{t("block.align")}</span>
      <SegmentedControl
        size="xs"
        value={textOf(block["align"]) || "left"}
        onChange={(align) => onChange({ ...block, align })}
        data={ALIGNS.map((one) => ({ value: one, label: t(`block.aligns.${one}`) }))}
        aria-label={t("block.align")}
      />
    </div>
  );
}

export function WidthField({ label, value, onChange }: { label: string; value: unknown; onChange: (width: number | null) => void }) {
  return (
    <NumberInput
      label={label}
      description={t("block.widthHint")}
      value={typeof value === "number" ? value : ""}
      min={16}
      max={600}
      allowDecimal={false}
      clampBehavior="blur"
      onChange={(width) => onChange(typeof width === "number" && width >= 16 && width <= 600 ? width : null)}
    />
  );
}
