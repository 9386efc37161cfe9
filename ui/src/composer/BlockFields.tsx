/** The fields of one block of an e-mail. */
import { t } from "../texts/texts";
import type { Block } from "./blocks";
import { textOf } from "./PushForm";
import { addressOf } from "./samples";
import { TemplateField } from "./TemplateField";

export function BlockFields({ block, onChange }: { block: Block; onChange: (block: Block) => void }) {
  const put = (parts: Partial<Block>) => onChange({ ...block, ...parts });
  switch (block.type) {
    case "heading":
      return <TemplateField label={t("names.message_part.text")} value={textOf(block["text"])} onChange={(text) => put({ text })} />;
    case "text":
      return <TemplateField label={t("names.message_part.text")} rows={3} value={textOf(block["text"])} onChange={(text) => put({ text })} />;
    case "image":
      return (
        <>
          <TemplateField label={t("block.src")} value={textOf(block["src"])} onChange={(src) => put({ src })} />
          <TemplateField label={t("block.alt")} value={textOf(block["alt"])} onChange={(alt) => put({ alt })} />
        </>
      );
    case "button":
      return (
        <>
          <TemplateField label={t("names.message_part.text")} value={textOf(block["text"])} onChange={(text) => put({ text })} />
          <TemplateField label={t("names.message_part.link")} value={addressOf(block["link"])} onChange={(url) => put({ link: { url } })} />
        </>
      );
    case "product_card":
      return <TemplateField label={t("block.button")} value={textOf(block["button"]) || t("block.buyNow")} onChange={(button) => put({ button })} />;
    case "divider":
      return null;
  }
}
