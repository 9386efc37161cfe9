/** What holds for the whole journey: how often people may enter, when they leave early, what counts as its aim. */
import { ActionIcon, Autocomplete, Button, NativeSelect, Switch, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";

import { ConditionBuilder } from "../conditions/ConditionBuilder";
import { MatchCount } from "../conditions/MatchCount";
import type { Condition } from "../document/conditions";
import { useDocument, useEditorStore } from "../editor/store";
import { t } from "../texts/texts";
import { DurationField } from "./DurationField";
import styles from "./Inspector.module.css";
import { Section } from "./Section";
import { useVocabulary } from "./vocabulary";

type Reentry = { kind: "once" | "once_per_key" | "always" } | { kind: "after"; wait: string };
interface ExitRule {
  kind: "event" | "unsubscribed" | "segment_left";
  event?: string;
  segment?: string;
  reason?: string;
  where?: Condition | null;
}
interface Known {
  reentry?: Reentry;
  exits?: readonly ExitRule[];
  audience?: { condition?: Condition | null };
  zone?: string;
}

const REENTRIES = ["always", "once_per_key", "after", "once"] as const;

export function JourneySettings() {
  const store = useEditorStore();
  const document = useDocument();
  const settings = document.settings as Known;
  const reentry = settings.reentry ?? { kind: "always" };
  const exits = settings.exits ?? [];
  const hasUnsubscribe = exits.some(({ kind }) => kind === "unsubscribed");

  const write = (change: Known, field: string) =>
    store.getState().edit((before) => ({ ...before, settings: { ...before.settings, ...change } }), `settings:${field}`);
  const putExit = (index: number, rule: ExitRule | null) =>
    write({ exits: rule === null ? exits.toSpliced(index, 1) : exits.with(index, rule) }, "exits");

  return (
    <div className={styles.inspector} onBlur={() => store.getState().seal()}>
      <header className={styles.head}>
        <div>
          <h2>{t("settings.title")}</h2>
          <p>{t("panel.draftNote")}</p>
        </div>
      </header>
      <div className={styles.form} data-inspector>
        <NativeSelect
          label={t("settings.reentry")}
          value={reentry.kind}
          data={REENTRIES.map((kind) => ({ value: kind, label: t(`settings.reentries.${kind}`) }))}
          onChange={(event) => {
            const kind = event.currentTarget.value as Reentry["kind"];
            write({ reentry: kind === "after" ? { kind, wait: "P7D" } : { kind } }, "reentry");
          }}
        />
        {reentry.kind === "after" && (
          <DurationField label={t("settings.pause")} value={reentry.wait} onChange={(wait) => write({ reentry: { kind: "after", wait } }, "wait")} />
        )}
        <Section title={t("settings.audience")} hint={t("settings.audienceHint")}>
          <ConditionBuilder
            label={t("settings.audience")}
            scope="profile"
            value={settings.audience?.condition}
            onChange={(condition) => write({ audience: { ...settings.audience, condition } }, "audience")}
            foot={<MatchCount condition={settings.audience?.condition} />}
          />
        </Section>
        <Section title={t("settings.exits")} hint={t("settings.exitsHint")}>
          <Switch
            size="xs"
            label={t("settings.onUnsubscribe")}
            checked={hasUnsubscribe}
            onChange={(event) =>
              write(
                { exits: event.currentTarget.checked ? [...exits, { kind: "unsubscribed" }] : exits.filter(({ kind }) => kind !== "unsubscribed") },
                "unsubscribed",
              )
            }
          />
          {exits.map((rule, index) =>
            rule.kind === "event" ? (
              // oxlint-disable-next-line react/no-array-index-key -- a rule has no name but its place
              <EventExit key={index} rule={rule} onChange={(next) => putExit(index, next)} />
            ) : null,
          )}
          <Button
            variant="default"
            size="xs"
            className={styles.add ?? ""}
            leftSection={<Plus size={14} aria-hidden="true" />}
            onClick={() => write({ exits: [...exits, { kind: "event", event: "Order Completed", where: { kind: "same_item" }, reason: "purchased" }] }, "addExit")}
          >
            {t("settings.addExit")}
          </Button>
        </Section>
        <TextInput
          label={t("settings.zone")}
          description={t("settings.zoneHint")}
          value={settings.zone ?? "UTC"}
          onChange={(event) => write({ zone: event.currentTarget.value }, "zone")}
        />
      </div>
    </div>
  );
}

function EventExit({ rule, onChange }: { rule: ExitRule; onChange: (rule: ExitRule | null) => void }) {
  const { events } = useVocabulary();
  return (
    <div className={styles.card}>
      <div className={styles.cardRow}>
        <Autocomplete
          aria-label={t("condition.event")}
          value={rule.event ?? ""}
          data={events.map(({ name }) => name)}
          onChange={(event) => onChange({ ...rule, event })}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={t("settings.removeExit")} onClick={() => onChange(null)}>
          <X size={15} aria-hidden="true" />
        </ActionIcon>
      </div>
      <details className={styles.more} open={rule.where != null}>
        <summary>{t("condition.where")}</summary>
        <ConditionBuilder
          label={t("condition.where")}
          scope="event"
          event={rule.event}
          value={rule.where}
          onChange={(where) => onChange({ ...rule, where })}
        />
      </details>
    </div>
  );
}
