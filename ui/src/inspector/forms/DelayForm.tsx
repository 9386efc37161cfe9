/** How long to wait: a length of time, a time of day where the person lives, or a date that the person has. */
import { Autocomplete, Group, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";

import type { DelayNode } from "../../document/journey";
import { t } from "../../texts/texts";
import { durationSeconds } from "../../texts/words";
import { DurationField } from "../DurationField";
import { type FormProps, useFieldProblem } from "../form";
import { useVocabulary } from "../vocabulary";
import { Weekdays } from "./EntryForm";

type Kind = "duration" | "window" | "until_date";

const FRESH: Readonly<Record<Kind, Pick<DelayNode, Kind>>> = {
  duration: { duration: "PT1H", window: null, until_date: null },
  window: { duration: null, window: { opens: "09:00", closes: "20:00" }, until_date: null },
  until_date: { duration: null, window: null, until_date: { attribute: "birthday" } },
};

export function DelayForm({ node, change }: FormProps<"delay">) {
  const problem = useFieldProblem();
  const kind: Kind = node.window != null ? "window" : node.until_date != null ? "until_date" : "duration";
  return (
    <>
      <SegmentedControl
        fullWidth
        size="xs"
        value={kind}
        onChange={(next) => change(FRESH[next as Kind], "kind")}
        data={(["duration", "window", "until_date"] as const).map((one) => ({ value: one, label: t(`form.delay.${one}`) }))}
        aria-label={t("form.delay.kind")}
      />
      {kind === "duration" && (
        <DurationField
          label={t("form.delay.howLong")}
          value={node.duration}
          error={problem("duration")}
          onChange={(duration) => change({ duration }, "duration")}
        />
      )}
      {node.window != null && <WindowFields window={node.window} change={(window) => change({ window }, "window")} />}
      {node.until_date != null && <DateFields date={node.until_date} change={(until_date) => change({ until_date }, "until_date")} />}
    </>
  );
}

interface WindowProps {
  window: NonNullable<DelayNode["window"]>;
  change: (window: NonNullable<DelayNode["window"]>) => void;
}

function WindowFields({ window, change }: WindowProps) {
  return (
    <>
      <Group gap={8} grow align="flex-end">
        <TextInput
          type="time"
          label={t("window.opens")}
          value={window.opens.slice(0, 5)}
          onChange={(event) => change({ ...window, opens: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          label={t("window.closes")}
          value={(window.closes ?? "").slice(0, 5)}
          onChange={(event) => change({ ...window, closes: event.currentTarget.value || null })}
        />
      </Group>
      <Weekdays chosen={window.weekdays ?? []} onChange={(weekdays) => change({ ...window, weekdays })} />
    </>
  );
}

type UntilDate = NonNullable<DelayNode["until_date"]>;

function DateFields({ date, change }: { date: UntilDate; change: (date: UntilDate) => void }) {
  const { attributes } = useVocabulary();
  const problem = useFieldProblem();
  const seconds = durationSeconds(date.offset ?? "") ?? 0;
  const side = seconds === 0 ? "on" : seconds < 0 ? "before" : "after";
  const away = (date.offset ?? "P1D").replace(/^-/, "");
  return (
    <>
      <Autocomplete
        label={t("form.delay.attribute")}
        value={date.attribute}
        data={attributes.map(({ name }) => name)}
        error={problem("until_date.attribute")}
        onChange={(attribute) => change({ ...date, attribute })}
      />
      <NativeSelect
        label={t("form.delay.side")}
        value={side}
        data={(["on", "before", "after"] as const).map((one) => ({ value: one, label: t(`form.delay.${one}`) }))}
        onChange={(event) => change({ ...date, offset: offsetOn(event.currentTarget.value, seconds === 0 ? "P1D" : away) })}
      />
      {side !== "on" && (
        <DurationField label={t("form.delay.away")} value={away} onChange={(length) => change({ ...date, offset: offsetOn(side, length) })} />
      )}
      <TextInput
        type="time"
        label={t("form.delay.timeOfDay")}
        value={(date.at ?? "").slice(0, 5)}
        onChange={(event) => change({ ...date, at: event.currentTarget.value || null })}
      />
    </>
  );
}

/** How far from the date, and on which side of it. */
function offsetOn(side: string, length: string): string {
  if (side === "on") return "PT0S";
  return side === "before" ? `-${length}` : length;
}
