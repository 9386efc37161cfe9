/** What the simulated person went through, step by step in virtual time; as far as it is played, it lights up on the canvas. */
import { CircleStop, Hourglass, ShieldX } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import type { Marks } from "../canvas/flow";
import { marksOf } from "../canvas/walked";
import type { Trial } from "../client/types";
import { type JourneyDocument, nodeById } from "../document/journey";
import { lookOf } from "../nodes/registry";
import { nameOf, t } from "../texts/texts";
import { elapsedWords, momentWords } from "../texts/times";
import { Player } from "./Player";
import { entryEvent, type Setting } from "./setting";
import styles from "./Simulate.module.css";
import { TrialMessage } from "./TrialMessage";
import { differenceOf, type Visit, visitsOf } from "./visits";

interface Props {
  trial: Trial;
  document: JourneyDocument;
  setting: Setting;
  before: readonly Visit[] | null;
  onSelect: (node: string) => void;
  onMark: (marks: Marks | null) => void;
}

export function TrialSteps({ trial, document, setting, before, onSelect, onMark }: Props) {
  const visits = useMemo(() => visitsOf(trial), [trial]);
  const [shown, setShown] = useState(visits.length);
  const { fresh, gone } = useMemo(() => differenceOf(before ?? visits, visits), [before, visits]);
  useEffect(() => onMark(trial.refusal === null ? marksOf(visits.slice(0, shown), document) : null), [visits, shown, document, trial, onMark]);

  if (trial.refusal !== null) {
    return (
      <p className={styles.end} role="status" data-refused>
        <ShieldX size={16} aria-hidden="true" />
        {refusalWords(trial.refusal, document, setting)}
      </p>
    );
  }
  const began = visits[0]?.at ?? "";
  const titleOf = (id: string) => {
    const node = nodeById(document.graph, id);
    return node === undefined ? id : lookOf(node, document.messages).title;
  };
  return (
    <div role="status">
      <Player count={visits.length} shown={shown} onShow={setShown} />
      {(fresh.size > 0 || gone.length > 0) && (
        <p className={styles.difference}>
          {gone.length > 0 ? t("simulate.differsWithout", { steps: [...new Set(gone.map(({ node }) => titleOf(node)))].join(", ") }) : t("simulate.differs")}
        </p>
      )}
      <ol className={styles.steps} aria-label={t("simulate.path")}>
        {visits.map((visit, place) => (
          <VisitRow
            // oxlint-disable-next-line react/no-array-index-key -- a visit has no name but its place on the path
            key={place}
            visit={visit}
            began={began}
            document={document}
            isFresh={fresh.has(place)}
            isAhead={place >= shown}
            onSelect={() => onSelect(visit.node)}
          />
        ))}
      </ol>
      <p className={styles.end}>
        {trial.ended ? <CircleStop size={16} aria-hidden="true" /> : <Hourglass size={16} aria-hidden="true" />}
        {trial.ended
          ? t("simulate.ended", { reason: nameOf("exit_reason", trial.exit_reason ?? "completed") })
          : t("simulate.waits", { until: trial.waits_until === null ? t("simulate.something") : momentWords(trial.waits_until) })}
      </p>
    </div>
  );
}

interface RowProps {
  visit: Visit;
  began: string;
  document: JourneyDocument;
  isFresh: boolean;
  isAhead: boolean;
  onSelect: () => void;
}

function VisitRow({ visit, began, document, isFresh, isAhead, onSelect }: RowProps) {
  const node = nodeById(document.graph, visit.node);
  const look = node && lookOf(node, document.messages);
  const Icon = look?.icon ?? Hourglass;
  const outlet = look?.outlets.find(({ id }) => id === visit.outlet);
  const hasChoice = (look?.outlets.length ?? 0) > 1;
  const became = [
    hasChoice && (outlet?.label ?? (visit.outlet && nameOf("outlet", visit.outlet))),
    visit.reason !== null && !visit.ended && nameOf("reason", visit.reason),
    visit.leftAt === null && t("simulate.stands"),
  ];
  return (
    <li data-ahead={isAhead || undefined}>
      <button type="button" onClick={onSelect}>
        <span className={styles.icon} data-tint={look?.tint}>
          <Icon size={14} aria-hidden="true" />
        </span>
        <span>
          <span>
            <b>{look?.title ?? visit.node}</b>
            {isFresh && <mark>{t("simulate.fresh")}</mark>}
          </span>
          <small>{became.filter(Boolean).join(" · ") || look?.summary}</small>
        </span>
        <span className={styles.when}>
          <time dateTime={visit.at}>{momentWords(visit.at)}</time>
          {visit.at !== began && <small>{t("simulate.later", { elapsed: elapsedWords(began, visit.at) })}</small>}
        </span>
      </button>
      {visit.sends.map((send) => (
        <TrialMessage key={`${send.channel}:${send.at}`} send={send} />
      ))}
    </li>
  );
}

/** Why the journey would not let this person in, and what to change. */
function refusalWords(refusal: string, document: JourneyDocument, setting: Setting): string {
  const event = setting.past?.name ?? setting.event;
  const expected = entryEvent(document);
  switch (refusal) {
    case "trigger_does_not_fit":
      return event === expected ? t("simulate.refusal.where", { event }) : t("simulate.refusal.event", { event, expected });
    case "not_in_audience":
      return t("simulate.refusal.audience");
    default:
      return t("simulate.refused", { reason: nameOf("reason", refusal) });
  }
}
