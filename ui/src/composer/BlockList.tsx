/**
 * The blocks of an e-mail in their order, and those that can be added. Both are dragged with the mouse; with the keyboard
 * the grip of a block moves it by the arrow keys, and a block that can be added is pressed.
 */
import { useEffect, useRef, useState } from "react";

import { t } from "../texts/texts";
import { BLOCK_ICONS, BLOCK_TYPES, type Block, type BlockType, FRESH_BLOCKS, reordered } from "./blocks";
import styles from "./Blocks.module.css";
import { BlockCard } from "./BlockCard";

interface Props {
  blocks: readonly Block[];
  /** `part` names what changed; changes of the same part in a row are one step of undo. */
  onChange: (blocks: readonly Block[], part: string) => void;
}

/** What is in the hand: a block by its place, or a new one by its type. */
type Held = { from: number } | { type: BlockType };

export function BlockList({ blocks, onChange }: Props) {
  const [held, setHeld] = useState<Held | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const focusAt = useRef<number | null>(null);
  useEffect(() => {
    if (focusAt.current === null) return;
    list.current?.querySelector<HTMLElement>(`[data-grip="${focusAt.current}"]`)?.focus();
    focusAt.current = null;
  });

  const add = (type: BlockType, before: number) => {
    onChange(blocks.toSpliced(before, 0, FRESH_BLOCKS[type]()), "add");
    setOpen(before);
    setSaid(t("block.added", { block: t(`block.type.${type}`), place: before + 1 }));
  };
  const move = (from: number, before: number) => {
    const block = blocks[from];
    if (block === undefined) return;
    onChange(reordered(blocks, from, before), "order");
    setOpen(null);
    setSaid(t("block.moved", { block: t(`block.type.${block.type}`), place: (before > from ? before - 1 : before) + 1, count: blocks.length }));
  };
  const step = (from: number, by: 1 | -1) => {
    const goal = from + by;
    if (goal < 0 || goal >= blocks.length) return;
    move(from, by > 0 ? goal + 1 : goal);
    focusAt.current = goal;
  };
  const drop = (before: number) => {
    if (held !== null && "type" in held) add(held.type, before);
    else if (held !== null) move(held.from, before);
    setHeld(null);
    setOver(null);
  };
  const goalAt = (index: number) => ({
    isOver: over === index && held !== null,
    onOver: () => setOver(index),
    onDrop: () => drop(index),
  });

  return (
    <div className={styles.blocks} onDragEnd={() => setHeld(null)}>
      <div className={styles.palette} role="group" aria-label={t("block.add")}>
        {BLOCK_TYPES.map((type) => {
          const Icon = BLOCK_ICONS[type];
          return (
            <button
              key={type}
              type="button"
              draggable
              title={t("block.dragIn")}
              onDragStart={(event) => {
                event.dataTransfer.setData("text/plain", type);
                setHeld({ type });
              }}
              onClick={() => add(type, blocks.length)}
            >
              <Icon size={15} aria-hidden="true" />
              {t(`block.type.${type}`)}
            </button>
          );
        })}
      </div>
      <ol ref={list} className={styles.list} aria-label={t("names.message_part.blocks")}>
        {blocks.map((block, index) => (
          <BlockCard
            key={index} // oxlint-disable-line react/no-array-index-key -- a block has no name but its place
            block={block}
            index={index}
            count={blocks.length}
            isOpen={open === index}
            {...goalAt(index)}
            onToggle={() => setOpen(open === index ? null : index)}
            onHold={() => setHeld({ from: index })}
            onStep={(by) => step(index, by)}
            onCopy={() => onChange(blocks.toSpliced(index + 1, 0, block), "add")}
            onRemove={() => {
              onChange(blocks.toSpliced(index, 1), "remove");
              setOpen(null);
            }}
            onChange={(next) => onChange(blocks.with(index, next), `block:${index}`)}
          />
        ))}
        <End isEmpty={blocks.length === 0} {...goalAt(blocks.length)} />
      </ol>
      <p className={styles.said} aria-live="polite">
        {said}
      </p>
    </div>
  );
}

interface EndProps {
  isEmpty: boolean;
  isOver: boolean;
  onOver: () => void;
  onDrop: () => void;
}

/** The place below the last block. */
function End({ isEmpty, isOver, onOver, onDrop }: EndProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- whoever does not drag presses a block to add it here
    <li
      className={styles.end}
      data-over={isOver || undefined}
      data-empty={isEmpty || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        onOver();
      }}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
    >
      {t(isEmpty ? "block.dropFirst" : "block.dropHere")}
    </li>
  );
}
