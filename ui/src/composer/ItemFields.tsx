/** The settings of a block about one item: the product card, and the back-in-stock widget. */
import { Checkbox, Group, NativeSelect } from "@mantine/core";

import { t } from "../texts/texts";
import { type BlockFieldsProps, WidthField } from "./BlockFields";
import { LinkFields } from "./LinkFields";
import { textOf } from "./PushForm";
import { TemplateField } from "./TemplateField";

const PARTS = ["image", "title", "price", "button"] as const;
const ITEMS = ["own", "latest"] as const;

export function ItemFields({ block, onChange }: BlockFieldsProps) {
  const put = (parts: Readonly<Record<string, unknown>>) => onChange({ ...block, ...parts });
  const shown = (block["show"] as readonly string[] | undefined) ?? PARTS;
  const usual = block.type === "back_in_stock" ? "latest" : "own";
  return (
    <>
      {block.type === "back_in_stock" && <TemplateField label={t("block.label")} value={textOf(block["label"])} onChange={(label) => put({ label })} />}
      <NativeSelect
        label={t("block.item")}
        value={textOf(block["item"]) || usual}
        data={ITEMS.map((one) => ({ value: one, label: t(`block.items.${one}`) }))}
        onChange={(event) => put({ item: event.currentTarget.value })}
      />
      <Checkbox.Group
        label={t("block.show")}
        value={[...shown]}
        onChange={(next) => next.length > 0 && put({ show: PARTS.filter((one) => next.includes(one)) })}
      >
        <Group gap={16} mt={6}>
          {PARTS.map((one) => (
            <Checkbox key={one} size="xs" value={one} label={t(`block.parts.${one}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      {shown.includes("image") && <WidthField label={t("block.imageWidth")} value={block["image_width"]} onChange={(width) => put({ image_width: width })} />}
      {shown.includes("button") && <TemplateField label={t("block.button")} value={textOf(block["button"]) || t("block.buyNow")} onChange={(button) => put({ button })} />}
      <LinkFields link={block["link"] ?? { kind: "product" }} onChange={(link) => put({ link })} />
    </>
  );
}
