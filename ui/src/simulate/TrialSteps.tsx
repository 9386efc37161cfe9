/** What the simulated person went through: each step with its virtual time, each message as it would have read. */
import { CircleStop, Hourglass, ShieldX } from "lucide-react";

import type { Trial } from "../client/types";
import { type JourneyDocument, nodeById } from "../document/journey";
import { lookOf } from "../nodes/registry";
import { nameOf, t } from "../texts/texts";
import { dateWords } from "../texts/times";
import styles from "./Simulate.module.css";

interface Props {
  trial: Trial;
  document: JourneyDocument;
  onSelect: (node: string) => void;
}

export function TrialSteps({ trial, document, onSelect }: Props) {
  if (trial.refusal !== null) {
    return (
      <p className={styles.end} role="status">
        <ShieldX size={16} aria-hidden="true" />
        {t("simulate.refused", { reason: nameOf("reason", trial.refusal) })}
      </p>
    );
  }
  return (
    <div role="status">
      <ol className={styles.steps} aria-label={t("simulate.path")}>
        {trial.steps.map((step) => {
          const node = nodeById(document.graph, step.node);
          const look = node && lookOf(node, document.messages);
          const sends = trial.sends.filter((send) => send.node === step.node && send.at === step.at);
          const Icon = look?.icon ?? Hourglass;
          return (
            <li key={step.seq}>
              <button type="button" onClick={() => onSelect(step.node)}>
                <span className={styles.icon} data-tint={look?.tint}>
                  <Icon size={14} aria-hidden="true" />
                </span>
                <span>
                  <b>{look?.title ?? step.node}</b>
                  <small>{[nameOf("act", step.act), step.outlet && nameOf("outlet", step.outlet), step.reason && nameOf("reason", step.reason)].filter(Boolean).join(" · ")}</small>
                </span>
                <time dateTime={step.at}>{dateWords(step.at)}</time>
              </button>
              {sends.map((send) => (
                <Rendering key={`${send.node}:${send.at}`} rendering={send.rendering} problem={send.problem} />
              ))}
            </li>
          );
        })}
      </ol>
      <p className={styles.end}>
        {trial.ended ? <CircleStop size={16} aria-hidden="true" /> : <Hourglass size={16} aria-hidden="true" />}
        {trial.ended
          ? t("simulate.ended", { reason: nameOf("exit_reason", trial.exit_reason ?? "completed") })
          : t("simulate.waits", { until: trial.waits_until === null ? t("simulate.something") : dateWords(trial.waits_until) })}
      </p>
    </div>
  );
}

function Rendering({ rendering, problem }: { rendering: Readonly<Record<string, unknown>> | null; problem: string | null }) {
  const text = ["title", "subject", "body", "text", "preheader"].flatMap((part) => {
    const words = rendering?.[part];
    return typeof words === "string" && words !== "" ? [words] : [];
  });
  return (
    <div className={styles.rendering}>
      {problem !== null && <p role="alert">{problem}</p>}
      {text.map((words, index) => (index === 0 ? <b key={words}>{words}</b> : <p key={words}>{words}</p>))}
    </div>
  );
}
