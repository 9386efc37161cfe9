/** What lets people in: an event with a where-clause, a segment, a timetable, a call, or the launch itself. */
import { Autocomplete, Chip, Group, NativeSelect, NumberInput, Select, TextInput } from "@mantine/core";

import { ConditionBuilder } from "../../conditions/ConditionBuilder";
import { MatchCount } from "../../conditions/MatchCount";
import type { Trigger } from "../../document/journey";
import { t } from "../../texts/texts";
import { countWords, type Weekday, WEEKDAYS } from "../../texts/words";
import { type FormProps, useFieldProblem } from "../form";
import { Section } from "../Section";
import { useVocabulary } from "../vocabulary";

const KINDS: readonly Trigger["kind"][] = ["event", "segment_entered", "schedule", "audience", "api"];

const FRESH: Readonly<Record<Trigger["kind"], () => Trigger>> = {
  event: () => ({ kind: "event", event: "Back in Stock" }),
  segment_entered: () => ({ kind: "segment_entered", segment: "" }),
  schedule: () => ({ kind: "schedule", at: "09:00", zone: "UTC", audience: { kind: "all", of: [] } }),
  audience: () => ({ kind: "audience", audience: { kind: "all", of: [] } }),
  api: () => ({ kind: "api" }),
};

export function EntryForm({ node, change }: FormProps<"entry">) {
  const write = (trigger: Trigger) => change({ trigger }, "trigger");
  return (
    <>
      <NativeSelect
        label={t("form.entry.kind")}
        value={node.trigger.kind}
        data={KINDS.map((kind) => ({ value: kind, label: t(`form.entry.kinds.${kind}`) }))}
        onChange={(event) => write(FRESH[event.currentTarget.value as Trigger["kind"]]())}
      />
      <TriggerFields trigger={node.trigger} write={write} />
    </>
  );
}

function TriggerFields({ trigger, write }: { trigger: Trigger; write: (trigger: Trigger) => void }) {
  const { segments } = useVocabulary();
  const problem = useFieldProblem();
  switch (trigger.kind) {
    case "event":
      return <EventFields trigger={trigger} write={write} />;
    case "segment_entered":
      return (
        <Select
          label={t("condition.kind.segment")}
          placeholder={t("condition.chooseSegment")}
          value={trigger.segment || null}
          data={segments.map(({ id, name }) => ({ value: id, label: name }))}
          error={problem("trigger.segment")}
          searchable
          nothingFoundMessage={t("condition.noSegments")}
          onChange={(segment) => write({ ...trigger, segment: segment ?? "" })}
        />
      );
    case "schedule":
      return <ScheduleFields trigger={trigger} write={write} />;
    case "audience":
      return <AudienceFields audience={trigger.audience} write={(audience) => write({ ...trigger, audience: audience ?? { kind: "all", of: [] } })} />;
    case "api":
      return null;
  }
}

interface EventProps {
  trigger: Extract<Trigger, { kind: "event" }>;
  write: (trigger: Trigger) => void;
}

function EventFields({ trigger, write }: EventProps) {
  const { events } = useVocabulary();
  const problem = useFieldProblem();
  const seen = events.find(({ name }) => name === trigger.event)?.seen;
  return (
    <>
      <Autocomplete
        label={t("form.entry.event")}
        description={seen === undefined || seen === 0 ? t("form.entry.unseen") : t("form.entry.seen", { count: seen, number: countWords(seen) })}
        value={trigger.event}
        data={events.map(({ name }) => name)}
        error={problem("trigger.event")}
        onChange={(event) => write({ ...trigger, event })}
      />
      <Section title={t("form.where")} hint={t("form.entry.whereHint")}>
        <ConditionBuilder
          label={t("form.where")}
          scope="event"
          event={trigger.event}
          value={trigger.where}
          onChange={(where) => write({ ...trigger, where })}
        />
      </Section>
    </>
  );
}

interface ScheduleProps {
  trigger: Extract<Trigger, { kind: "schedule" }>;
  write: (trigger: Trigger) => void;
}

function ScheduleFields({ trigger, write }: ScheduleProps) {
  const isMonthly = trigger.day_of_month != null;
  return (
    <>
      <Group gap={8} grow align="flex-end">
        <TextInput type="time" label={t("form.entry.at")} value={trigger.at.slice(0, 5)} onChange={(event) => write({ ...trigger, at: event.currentTarget.value })} />
        <TextInput label={t("form.entry.zone")} value={trigger.zone ?? "UTC"} onChange={(event) => write({ ...trigger, zone: event.currentTarget.value })} />
      </Group>
      <NativeSelect
        label={t("form.entry.days")}
        value={isMonthly ? "monthly" : "weekly"}
        data={[
          { value: "weekly", label: t("form.entry.weekly") },
          { value: "monthly", label: t("form.entry.monthly") },
        ]}
        onChange={(event) => write(event.currentTarget.value === "monthly" ? { ...trigger, weekdays: [], day_of_month: 1 } : { ...trigger, day_of_month: null })}
      />
      {isMonthly ? (
        <NumberInput label={t("form.entry.dayOfMonth")} min={1} max={31} value={trigger.day_of_month ?? 1} onChange={(day) => write({ ...trigger, day_of_month: Number(day) || 1 })} />
      ) : (
        <Weekdays chosen={trigger.weekdays ?? []} onChange={(weekdays) => write({ ...trigger, weekdays })} />
      )}
      <AudienceFields audience={trigger.audience} write={(audience) => write({ ...trigger, audience: audience ?? { kind: "all", of: [] } })} />
    </>
  );
}

export function Weekdays({ chosen, onChange }: { chosen: readonly Weekday[]; onChange: (days: Weekday[]) => void }) {
  return (
    <Chip.Group multiple value={[...chosen]} onChange={(days) => onChange(days as Weekday[])}>
      <Group gap={4} role="group" aria-label={t("form.entry.days")}>
        {WEEKDAYS.map((day) => (
          <Chip key={day} value={day} size="xs" radius="sm" styles={{ label: { paddingInline: 8 } }}>
            {t(`words.weekday.${day}`)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

type AudienceCondition = Extract<Trigger, { kind: "audience" }>["audience"];

function AudienceFields({ audience, write }: { audience: AudienceCondition; write: (audience: AudienceCondition | null) => void }) {
  return (
    <Section title={t("form.entry.audience")}>
      <ConditionBuilder
        label={t("form.entry.audience")}
        scope="profile"
        value={audience}
        onChange={write}
        foot={<MatchCount condition={audience} />}
      />
    </Section>
  );
}
