/** A node on the canvas: icon, title, one line in words, live numbers, and its ways out. */
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, Plus, TriangleAlert } from "lucide-react";
import { useContext } from "react";

import type { NodeCounts } from "../client/types";
import { type CountName, countTitle, type Outlet } from "../nodes/face";
import { nameOf, t } from "../texts/texts";
import { countWords } from "../texts/words";
import { EditActionsContext, lowerMiddle, ShowPeopleContext } from "./actions";
import { type CardNode, droppedTotal } from "./flow";
import styles from "./NodeCard.module.css";
import numbers from "./NodeNumbers.module.css";

export function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { look, hasCounts, counts, connected, problem, mark } = data;
  const isEdited = useContext(EditActionsContext) !== null;
  if (data.isFar) return null;
  const Icon = look.icon;
  return (
    <div className={styles.card} data-tint={look.tint} data-selected={selected || undefined} data-mark={mark}>
      {look.tint !== "entry" && <Handle type="target" position={Position.Top} isConnectable={isEdited} />}
      <div className={styles.head}>
        <span className={styles.icon}>
          <Icon size={17} strokeWidth={1.9} aria-hidden="true" />
        </span>
        <span className={styles.words}>
          <strong>{look.title}</strong>
          <span title={look.summary}>{look.summary}</span>
        </span>
        {problem !== undefined && <ProblemSign problem={problem} />}
      </div>
      {hasCounts && (
        <dl className={numbers.counts}>
          {look.counts.map((name) => (
            <Count key={name} node={id} name={name} counts={counts} isLast={look.outlets.length === 0} />
          ))}
        </dl>
      )}
      {hasCounts && look.counts.includes("dropped") && <Reasons node={id} counts={counts} />}
      <Outlets node={id} title={look.title} outlets={look.outlets} connected={connected} />
    </div>
  );
}

function ProblemSign({ problem }: { problem: NonNullable<CardNode["data"]["problem"]> }) {
  const Icon = problem.isBlocking ? CircleAlert : TriangleAlert;
  return (
    <span className={styles.problem} data-tone={problem.isBlocking ? "bad" : "warn"} title={problem.words}>
      <Icon size={16} strokeWidth={2.1} aria-label={problem.words} />
    </span>
  );
}

interface CountProps {
  node: string;
  name: CountName;
  counts: NodeCounts | undefined;
  isLast: boolean;
}

function Count({ node, name, counts, isLast }: CountProps) {
  const showPeople = useContext(ShowPeopleContext);
  const amount = counts && (name === "dropped" ? droppedTotal(counts) : counts[name]);
  const words = amount === undefined ? "–" : countWords(amount);
  return (
    <div data-count={name} data-none={!amount || undefined}>
      <dt>{countTitle(name, isLast)}</dt>
      <dd>
        {showPeople === null || !amount ? (
          words
        ) : (
          <button
            type="button"
            className="nodrag nopan"
            aria-label={t("canvas.showPeople", { count: amount, number: words, what: countTitle(name, isLast) })}
            onClick={(event) => {
              event.stopPropagation();
              showPeople({ node, did: name });
            }}
          >
            {words}
          </button>
        )}
      </dd>
    </div>
  );
}

/** Why people dropped out here, the most frequent reason first. */
function Reasons({ node, counts }: { node: string; counts: NodeCounts | undefined }) {
  const showPeople = useContext(ShowPeopleContext);
  const reasons = Object.entries(counts?.dropped ?? {}).toSorted(([, one], [, other]) => other - one);
  return (
    <ul className={numbers.reasons} aria-label={t("panel.dropped")}>
      {reasons.map(([reason, count]) => (
        <li key={reason}>
          <button
            type="button"
            className="nodrag nopan"
            disabled={showPeople === null}
            title={nameOf("reason", reason)}
            aria-label={t("canvas.showPeople", { count, number: countWords(count), what: nameOf("reason", reason) })}
            onClick={(event) => {
              event.stopPropagation();
              showPeople?.({ node, did: "dropped", reason });
            }}
          >
            <b>{countWords(count)}</b> {nameOf("reason", reason)}
          </button>
        </li>
      ))}
      {reasons.length === 0 && <li>{t("canvas.nobodyDropped")}</li>}
    </ul>
  );
}

interface OutletsProps {
  node: string;
  title: string;
  outlets: readonly Outlet[];
  connected: ReadonlySet<string>;
}

function Outlets({ node, title, outlets, connected }: OutletsProps) {
  const actions = useContext(EditActionsContext);
  const handles = outlets.map((outlet, index) => (
    <Handle
      key={outlet.id}
      id={outlet.id}
      type="source"
      position={Position.Bottom}
      isConnectable={actions !== null}
      style={{ left: placeOf(index, outlets.length) }}
      data-open={!connected.has(outlet.id) || undefined}
      title={actions === null ? undefined : t("canvas.drawEdge", { outlet: outlet.label })}
    />
  ));
  const openEnds = outlets.map(
    (outlet, index) =>
      actions !== null &&
      !connected.has(outlet.id) && (
        <button
          key={outlet.id}
          type="button"
          className={`${styles.add} nodrag nopan`}
          style={{ left: placeOf(index, outlets.length) }}
          aria-label={t("canvas.addAfter", { step: title, outlet: outlet.label })}
          data-optional={outlet.fallback !== undefined || outlet.isEnd || undefined}
          onClick={(event) => {
            event.stopPropagation();
            actions.pick({ source: node, outlet: outlet.id }, lowerMiddle(event.currentTarget));
          }}
        >
          <Plus size={13} strokeWidth={2.4} aria-hidden="true" />
        </button>
      ),
  );
  return (
    <>
      {outlets.length > 1 && (
        <ul className={styles.outlets}>
          {outlets.map((outlet) => (
            <li key={outlet.id} data-open={!connected.has(outlet.id) || undefined} title={outletTitle(outlet, connected)}>
              {outlet.label}
            </li>
          ))}
        </ul>
      )}
      {handles}
      {openEnds}
    </>
  );
}

function placeOf(index: number, count: number): string {
  return `${((index + 0.5) / count) * 100}%`;
}

function outletTitle({ id, label, fallback, isEnd }: Outlet, connected: ReadonlySet<string>): string {
  if (connected.has(id)) return label;
  if (isEnd === true) return t("canvas.outletEnds", { outlet: label });
  if (fallback === undefined) return t("canvas.outletOpen", { outlet: label });
  return t("canvas.outletFallback", { outlet: label, fallback: nameOf("outlet", fallback) });
}
