/** One block of an e-mail: its fields, and ways to move it by dragging its grip or by its arrow buttons. */
import { ActionIcon } from "@mantine/core";
import { ArrowDown, ArrowUp, GripVertical, X } from "lucide-react";

import { t } from "../texts/texts";
import { BlockFields } from "./BlockFields";
import type { Block } from "./blocks";
import styles from "./Composer.module.css";

interface Props {
  block: Block;
  isFirst: boolean;
  isLast: boolean;
  isOver: boolean;
  onDrag: (isDragged: boolean) => void;
  onOver: (isOver: boolean) => void;
  onDrop: () => void;
  onMove: (by: 1 | -1) => void;
  /** Null takes the block away. */
  onChange: (block: Block | null) => void;
}

export function BlockCard({ block, isFirst, isLast, isOver, onDrag, onOver, onDrop, onMove, onChange }: Props) {
  return (
    // Whoever does not drag has the arrow buttons.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={styles.block}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        onOver(true);
      }}
      onDragLeave={() => onOver(false)}
      onDrop={() => {
        onDrop();
        onOver(false);
      }}
    >
      <header>
        <span className={styles.grip} draggable onDragStart={() => onDrag(true)} onDragEnd={() => onDrag(false)} title={t("block.drag")}>
          <GripVertical size={14} aria-hidden="true" />
        </span>
        <span>{t(`block.type.${block.type}`)}</span>
        <ActionIcon variant="subtle" color="gray" size="sm" disabled={isFirst} aria-label={t("block.up")} onClick={() => onMove(-1)}>
          <ArrowUp size={14} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" size="sm" disabled={isLast} aria-label={t("block.down")} onClick={() => onMove(1)}>
          <ArrowDown size={14} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("block.remove")} onClick={() => onChange(null)}>
          <X size={14} aria-hidden="true" />
        </ActionIcon>
      </header>
      <BlockFields block={block} onChange={onChange} />
    </li>
  );
}
