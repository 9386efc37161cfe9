/** One step of a trail: what it was, what it had read, what it decided and why, and the message as it was sent. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { Problem } from "../client/problem";
import type { Passage, PassageStep } from "../client/types";
import { FactList } from "../people/FactList";
import { isNothing } from "../people/facts";
import { ProblemState } from "../shell/ProblemState";
import { exactWords } from "../texts/times";
import { nameAmong, nameOf, t } from "../texts/texts";
import { ActButton } from "./ActButton";
import { sendAgain } from "./acts";
import styles from "./Passage.module.css";
import { messageQuery } from "./queries";

/** Why a step went on as it did: in words of its own, or those of a message that was skipped, or of an end. */
const REASONS = ["decided", "names.reason", "names.exit_reason"];

interface Props {
  passage: Passage;
  step: PassageStep;
  /** What the node is called at which it was taken. */
  title: string;
}

export function StepPanel({ passage, step, title }: Props) {
  const until = step.act === "waiting" ? step.facts["until"] : undefined;
  const sends = sendsBy(passage, step);
  return (
    <aside className={styles.panel} aria-label={t("panel.label")}>
      <h2>{nameOf("act", step.act)}</h2>
      <dl className={styles.step}>
        <Line name={t("passage.node")} value={title} detail={step.node} />
        <Line name={t("passage.state")} value={exactWords(step.at)} />
        <Line name={t("passage.timer")} value={typeof until === "string" ? exactWords(until) : t("passage.noTimer")} />
        {step.outlet !== null && <Line name={t("passage.decision")} value={nameOf("outlet", step.outlet)} />}
        {step.reason !== null && <Line name={t("passage.reason")} value={nameAmong(REASONS, step.reason)} />}
      </dl>
      <h3>{t("passage.facts")}</h3>
      {Object.values(step.facts).every(isNothing) ? <p>{t("passage.noFacts")}</p> : <FactList facts={step.facts} />}
      {sends.map((id) => (
        <Message key={id} id={id} />
      ))}
    </aside>
  );
}

function Line({ name, value, detail }: { name: string; value: string; detail?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={detail}>{value}</dd>
    </div>
  );
}

/** The sends that this visit of the node had made by then. */
function sendsBy({ outcomes }: Passage, { node, visit, at }: PassageStep): string[] {
  const made = outcomes.filter((one) => one.node === node && one.visit === visit && Date.parse(one.at) <= Date.parse(at));
  return [...new Set(made.map((one) => one.send_id))];
}

function Message({ id }: { id: string }) {
  const message = useQuery(messageQuery(id));
  if (message.isError) return <ProblemState problem={Problem.of(message.error)} onRetry={() => void message.refetch()} />;
  if (message.data === undefined) return <Skeleton height={120} />;
  const { rendering, reason } = message.data;
  return (
    <section aria-label={t("passage.messages")}>
      <h3>{t("passage.messages")}</h3>
      {rendering === null ? (
        <p>{t("passage.notSent", { reason: nameOf("reason", reason ?? "failed") })}</p>
      ) : (
        <FactList facts={rendering} />
      )}
      <ActButton label={t("acts.again")} detail={t("acts.againDetail")} onAct={(why) => sendAgain(id, why)} />
    </section>
  );
}
