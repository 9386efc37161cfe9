/** What ends the wait: events, a condition, or the time-out. */
import { ActionIcon, Autocomplete, Button, NativeSelect, Switch } from "@mantine/core";
import { Plus, X } from "lucide-react";

import { ConditionBuilder } from "../../conditions/ConditionBuilder";
import { MatchCount } from "../../conditions/MatchCount";
import type { AwaitedEvent, JourneyDocument } from "../../document/journey";
import { lookOf } from "../../nodes/registry";
import { t } from "../../texts/texts";
import { DurationField } from "../DurationField";
import { type FormProps, useFieldProblem } from "../form";
import styles from "../Inspector.module.css";
import { Section } from "../Section";
import { useVocabulary } from "../vocabulary";

export function WaitUntilForm({ node, document, change }: FormProps<"wait_until">) {
  const problem = useFieldProblem();
  const events = node.events ?? [];
  const put = (next: readonly AwaitedEvent[]) => change({ events: next }, "events");
  return (
    <>
      <Section title={t("form.wait.events")}>
        {events.map((awaited, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- an awaited event has no name but its place
          <EventCard key={index} document={document} awaited={awaited} error={problem(`events.${index}`)} onChange={(next) => put(next === null ? events.toSpliced(index, 1) : events.with(index, next))} />
        ))}
        <Button variant="default" size="xs" className={styles.add ?? ""} leftSection={<Plus size={14} aria-hidden="true" />} onClick={() => put([...events, { event: "" }])}>
          {t("form.wait.addEvent")}
        </Button>
      </Section>
      <Section
        title={t("form.wait.condition")}
        aside={
          <Switch
            size="xs"
            aria-label={t("form.wait.condition")}
            checked={node.condition != null}
            onChange={(event) => change({ condition: event.currentTarget.checked ? { kind: "all", of: [] } : null }, "hasCondition")}
          />
        }
      >
        {node.condition != null && (
          <ConditionBuilder
            label={t("form.wait.condition")}
            scope="profile"
            value={node.condition}
            onChange={(condition) => change({ condition: condition ?? { kind: "all", of: [] } }, "condition")}
            foot={<MatchCount condition={node.condition} />}
          />
        )}
      </Section>
      <Section
        title={t("form.wait.timeout")}
        aside={
          <Switch
            size="xs"
            aria-label={t("form.wait.timeout")}
            checked={node.timeout != null}
            onChange={(event) => change({ timeout: event.currentTarget.checked ? "P1D" : null }, "hasTimeout")}
          />
        }
      >
        {node.timeout != null && (
          <DurationField
            label={t("form.wait.atMost")}
            value={node.timeout}
            error={problem("timeout")}
            onChange={(timeout) => change({ timeout }, "timeout")}
          />
        )}
      </Section>
    </>
  );
}

interface CardProps {
  document: JourneyDocument;
  awaited: AwaitedEvent;
  error: string | undefined;
  onChange: (awaited: AwaitedEvent | null) => void;
}

function EventCard({ document, awaited, error, onChange }: CardProps) {
  const { events } = useVocabulary();
  const messages = document.graph.nodes.filter(({ type }) => type === "message");
  return (
    <div className={styles.card}>
      <div className={styles.cardRow}>
        <Autocomplete
          aria-label={t("condition.event")}
          placeholder={t("condition.event")}
          value={awaited.event}
          data={events.map(({ name }) => name)}
          error={error}
          onChange={(event) => onChange({ ...awaited, event })}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={t("form.wait.removeEvent")} onClick={() => onChange(null)}>
          <X size={15} aria-hidden="true" />
        </ActionIcon>
      </div>
      {messages.length > 0 && (
        <NativeSelect
          label={t("form.wait.answering")}
          value={awaited.message ?? ""}
          data={[
            { value: "", label: t("form.wait.anything") },
            ...messages.map((node) => ({ value: node.id, label: `${lookOf(node, document.messages).title} (${node.id})` })),
          ]}
          onChange={(event) => onChange({ ...awaited, message: event.currentTarget.value || null })}
        />
      )}
      <details className={styles.more} open={awaited.where != null}>
        <summary>{t("condition.where")}</summary>
        <ConditionBuilder
          label={t("condition.where")}
          scope="event"
          event={awaited.event}
          value={awaited.where}
          onChange={(where) => onChange({ ...awaited, where })}
        />
      </details>
    </div>
  );
}
