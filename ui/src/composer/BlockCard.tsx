/** One block of an e-mail: what it says in a line, its fields when it is open, and ways to move it. */
import { ActionIcon } from "@mantine/core";
import { ChevronDown, Copy, GripVertical, X } from "lucide-react";

import { t } from "../texts/texts";
import { BlockFields } from "./BlockFields";
import { BLOCK_ICONS, type Block, summaryOf } from "./blocks";
import styles from "./Blocks.module.css";
import { useSamples } from "./samples";

interface Props {
  block: Block;
  index: number;
  count: number;
  isOpen: boolean;
  isOver: boolean;
  onToggle: () => void;
  onHold: () => void;
  onOver: () => void;
  onDrop: () => void;
  onStep: (by: 1 | -1) => void;
  onCopy: () => void;
  onRemove: () => void;
  onChange: (block: Block) => void;
}

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowUp: -1, ArrowDown: 1 };

export function BlockCard({ block, index, count, isOpen, isOver, onToggle, onHold, onOver, onDrop, onStep, onCopy, onRemove, onChange }: Props) {
  const Icon = BLOCK_ICONS[block.type];
  const name = t("block.at", { block: t(`block.type.${block.type}`), place: index + 1 });
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- whoever does not drag has the grip's keys
    <li
      className={styles.block}
      data-over={isOver || undefined}
      data-open={isOpen || undefined}
      aria-label={name}
      onDragOver={(event) => {
        event.preventDefault();
        onOver();
      }}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
    >
      <header>
        <button
          type="button"
          className={styles.grip}
          data-grip={index}
          draggable
          aria-label={t("block.grip", { block: name, count })}
          title={t("block.drag")}
          onDragStart={(event) => {
            event.dataTransfer.setData("text/plain", block.type);
            onHold();
          }}
          onKeyDown={(event) => {
            const by = STEPS[event.key];
            if (by === undefined) return;
            event.preventDefault();
            onStep(by);
          }}
        >
          <GripVertical size={15} aria-hidden="true" />
        </button>
        <button type="button" className={styles.title} aria-expanded={isOpen} onClick={onToggle}>
          <Icon size={15} aria-hidden="true" />
          <b>{t(`block.type.${block.type}`)}</b>
          <Summary block={block} />
          <ChevronDown size={15} aria-hidden="true" />
        </button>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("block.copy", { block: name })} onClick={onCopy}>
          <Copy size={14} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("block.remove", { block: name })} onClick={onRemove}>
          <X size={15} aria-hidden="true" />
        </ActionIcon>
      </header>
      {isOpen && (
        <div className={styles.fields}>
          <BlockFields block={block} onChange={onChange} />
        </div>
      )}
    </li>
  );
}

function Summary({ block }: { block: Block }) {
  return <span>{summaryOf(block, useSamples())}</span>;
}
