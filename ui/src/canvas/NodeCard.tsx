/** A node on the canvas: icon, title, one line in words, live numbers, and its ways out. */
import { Handle, type NodeProps, Position } from "@xyflow/react";

import type { NodeCounts } from "../client/types";
import { type CountName, countTitle, type Outlet } from "../nodes/face";
import { nameOf, t } from "../texts/texts";
import { countWords } from "../texts/words";
import { type CardNode, droppedTotal } from "./flow";
import styles from "./NodeCard.module.css";

export function NodeCard({ data, selected }: NodeProps<CardNode>) {
  const { look, hasCounts, counts, connected } = data;
  const Icon = look.icon;
  return (
    <div className={styles.card} data-tint={look.tint} data-selected={selected || undefined}>
      {look.tint !== "entry" && <Handle type="target" position={Position.Top} isConnectable={false} />}
      <div className={styles.head}>
        <span className={styles.icon}>
          <Icon size={17} strokeWidth={1.9} aria-hidden="true" />
        </span>
        <span className={styles.words}>
          <strong>{look.title}</strong>
          <span title={look.summary}>{look.summary}</span>
        </span>
      </div>
      {hasCounts && (
        <dl className={styles.counts}>
          {look.counts.map((name) => (
            <Count key={name} name={name} counts={counts} isLast={look.outlets.length === 0} />
          ))}
        </dl>
      )}
      <Outlets outlets={look.outlets} connected={connected} />
    </div>
  );
}

function Count({ name, counts, isLast }: { name: CountName; counts: NodeCounts | undefined; isLast: boolean }) {
  const amount = counts && (name === "dropped" ? droppedTotal(counts) : counts[name]);
  return (
    <div data-count={name} data-none={!amount || undefined} title={name === "dropped" ? reasonsOf(counts) : undefined}>
      <dt>{countTitle(name, isLast)}</dt>
      <dd>{amount === undefined ? "–" : countWords(amount)}</dd>
    </div>
  );
}

function reasonsOf(counts: NodeCounts | undefined): string | undefined {
  const reasons = Object.entries(counts?.dropped ?? {}).map(([reason, count]) => `${nameOf("reason", reason)}: ${countWords(count)}`);
  return reasons.length > 0 ? reasons.join("\n") : undefined;
}

function Outlets({ outlets, connected }: { outlets: readonly Outlet[]; connected: ReadonlySet<string> }) {
  const handles = outlets.map((outlet, index) => (
    <Handle
      key={outlet.id}
      id={outlet.id}
      type="source"
      position={Position.Bottom}
      isConnectable={false}
      style={{ left: `${((index + 0.5) / outlets.length) * 100}%` }}
      data-open={!connected.has(outlet.id) || undefined}
    />
  ));
  if (outlets.length < 2) return handles;
  return (
    <>
      <ul className={styles.outlets}>
        {outlets.map((outlet) => (
          <li key={outlet.id} data-open={!connected.has(outlet.id) || undefined} title={outletTitle(outlet, connected)}>
            {outlet.label}
          </li>
        ))}
      </ul>
      {handles}
    </>
  );
}

function outletTitle({ id, label, fallback, isEnd }: Outlet, connected: ReadonlySet<string>): string {
  if (connected.has(id)) return label;
  if (isEnd === true) return t("canvas.outletEnds", { outlet: label });
  if (fallback === undefined) return t("canvas.outletOpen", { outlet: label });
  return t("canvas.outletFallback", { outlet: label, fallback: nameOf("outlet", fallback) });
}
