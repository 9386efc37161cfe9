/** An e-mail: its subject line, and blocks that are put in order by dragging or with the arrow buttons. */
import { Button, Menu } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";

import { Section } from "../inspector/Section";
import inspector from "../inspector/Inspector.module.css";
import { t } from "../texts/texts";
import { BLOCK_ICONS, BLOCK_TYPES, type Block, FRESH_BLOCKS } from "./blocks";
import { BlockCard } from "./BlockCard";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { textOf } from "./PushForm";
import { TemplateField } from "./TemplateField";

export function EmailForm({ content, change }: ContentProps) {
  const blocks = (content["blocks"] as readonly Block[] | undefined) ?? [];
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const put = (next: readonly Block[], part = "blocks") => change({ blocks: next }, part);
  const move = (from: number, to: number) => {
    const block = blocks[from];
    if (block !== undefined && to >= 0 && to < blocks.length) put(blocks.toSpliced(from, 1).toSpliced(to, 0, block), "order");
  };
  return (
    <>
      <TemplateField label={t("names.message_part.subject")} value={textOf(content["subject"])} limit={60} onChange={(subject) => change({ subject }, "subject")} />
      <TemplateField label={t("names.message_part.preheader")} value={textOf(content["preheader"])} limit={90} onChange={(preheader) => change({ preheader }, "preheader")} />
      <Section title={t("names.message_part.blocks")}>
        <ul className={styles.blocks}>
          {blocks.map((block, index) => (
            <BlockCard
              key={index} // oxlint-disable-line react/no-array-index-key -- a block has no name but its place
              block={block}
              isFirst={index === 0}
              isLast={index === blocks.length - 1}
              isOver={over === index}
              onDrag={(isDragged) => setDragged(isDragged ? index : null)}
              onOver={(isOver) => setOver(isOver && dragged !== null ? index : null)}
              onDrop={() => dragged !== null && move(dragged, index)}
              onMove={(by) => move(index, index + by)}
              onChange={(next) => (next === null ? put(blocks.toSpliced(index, 1), "remove") : put(blocks.with(index, next), `block:${index}`))}
            />
          ))}
        </ul>
        <Menu position="bottom-start" width={200}>
          <Menu.Target>
            <Button variant="default" size="xs" className={inspector.add ?? ""} leftSection={<Plus size={14} aria-hidden="true" />}>
              {t("block.add")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {BLOCK_TYPES.map((type) => {
              const Icon = BLOCK_ICONS[type];
              return (
                <Menu.Item key={type} leftSection={<Icon size={14} aria-hidden="true" />} onClick={() => put([...blocks, FRESH_BLOCKS[type]()], "add")}>
                  {t(`block.type.${type}`)}
                </Menu.Item>
              );
            })}
          </Menu.Dropdown>
        </Menu>
      </Section>
    </>
  );
}
