/** The e-mail's blocks as its reader would see them, wide or narrow, light or dark. */
import { Group, SegmentedControl } from "@mantine/core";
import { ImageIcon } from "lucide-react";
import { useState } from "react";

import { t } from "../texts/texts";
import type { Block } from "./blocks";
import type { PreviewProps } from "./Composer";
import styles from "./Composer.module.css";
import { MailFrame } from "./MailFrame";
import { sampled } from "./samples";

export function EmailPreview({ content, html }: PreviewProps) {
  const [width, setWidth] = useState("wide");
  const [scheme, setScheme] = useState("light");
  const blocks = (content["blocks"] as readonly Block[] | undefined) ?? [];
  return (
    <>
      <Group gap={8}>
        <SegmentedControl
          size="xs"
          value={width}
          onChange={setWidth}
          data={(["wide", "narrow"] as const).map((one) => ({ value: one, label: t(`composer.${one}`) }))}
          aria-label={t("composer.width")}
        />
        <SegmentedControl
          size="xs"
          value={scheme}
          onChange={setScheme}
          data={(["light", "dark"] as const).map((one) => ({ value: one, label: t(`scheme.${one}`) }))}
          aria-label={t("composer.scheme")}
        />
      </Group>
      <div className={styles.envelope} data-wide={html !== null || undefined}>
        <b>{sampled(content["subject"])}</b>
        <span>{sampled(content["preheader"])}</span>
      </div>
      {html === null ? (
        <article className={styles.letter} data-dark={scheme === "dark" || undefined} data-narrow={width === "narrow" || undefined}>
          {blocks.map((block, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a block has no name but its place
            <BlockView key={index} block={block} />
          ))}
        </article>
      ) : (
        <MailFrame html={html} title={sampled(content["subject"])} isNarrow={width === "narrow"} isDark={scheme === "dark"} />
      )}
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case "heading":
      return <h2>{sampled(block["text"])}</h2>;
    case "text":
      return <p>{sampled(block["text"])}</p>;
    case "image":
      return <Picture alt={sampled(block["alt"])} />;
    case "button":
      return (
        <div>
          <span className={styles.cta}>{sampled(block["text"])}</span>
        </div>
      );
    case "product_card":
      return (
        <div className={styles.product}>
          <Picture alt={sampled("{{ product.name }}")} />
          <b>{sampled("{{ product.name }}")}</b>
          <p>{sampled("{{ product.price }}")}</p>
          <div>
            <span className={styles.cta}>{sampled(block["button"]) || t("block.buyNow")}</span>
          </div>
        </div>
      );
    case "divider":
      return <hr />;
  }
}

function Picture({ alt }: { alt: string }) {
  return (
    <span className={`${styles.picture} ${styles.large}`} role="img" aria-label={alt}>
      <ImageIcon size={28} aria-hidden="true" />
    </span>
  );
}
