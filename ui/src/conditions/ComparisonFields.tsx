/** A name, a comparison and a value; names and values are offered from the data, the comparison fits the value's kind. */
import { Autocomplete, NativeSelect, NumberInput, TagsInput, TextInput } from "@mantine/core";

import type { Operator, Value } from "../document/conditions";
import { DurationField } from "../inspector/DurationField";
import type { Vocabulary } from "../inspector/vocabulary";
import { t } from "../texts/texts";
import styles from "./ConditionBuilder.module.css";
import { comparisonsFor, isList, typedValue, valueAfter, valueForm } from "./clauses";

type Known = Vocabulary["attributes"][number];

interface Comparison {
  op: Operator;
  value?: Value;
}

interface Props {
  nameLabel: string;
  name: string;
  known: readonly Known[];
  comparison: Comparison;
  onChange: (change: Comparison & { name: string }) => void;
}

export function ComparisonFields({ nameLabel, name, known, comparison, onChange }: Props) {
  const { op, value = null } = comparison;
  const found = known.find((one) => one.name === name);
  const compare = (next: Operator) => onChange({ name, op: next, value: valueAfter(next, op, value) });
  /** Where the comparison does not fit the new name's kind of values, the first that does takes its place. */
  const rename = (next: string) => {
    const kind = known.find((one) => one.name === next)?.type;
    const fitting = comparisonsFor(kind, "exists");
    const chosen = fitting.includes(op) ? op : (fitting[0] ?? op);
    onChange({ name: next, op: chosen, value: valueAfter(chosen, op, value) });
  };
  return (
    <>
      <div className={styles.row}>
        <Autocomplete label={nameLabel} value={name} data={known.map((one) => one.name)} onChange={rename} />
        <NativeSelect
          aria-label={t("condition.comparison")}
          value={op}
          data={comparisonsFor(found?.type, op).map((one) => ({ value: one, label: t(`operator.${one}`) }))}
          onChange={(event) => compare(event.currentTarget.value as Operator)}
        />
      </div>
      <ValueField known={found} op={op} value={value} onChange={(next) => onChange({ name, op, value: next })} />
    </>
  );
}

interface ValueProps {
  known: Known | undefined;
  op: Operator;
  value: Value;
  onChange: (value: Value) => void;
}

function ValueField({ known, op, value, onChange }: ValueProps) {
  const samples = (known?.samples ?? []).map(String);
  const label = t("condition.value");
  if (typeof value === "object" && value !== null && "entry" in value) {
    return <TextInput label={t("condition.fromEntry")} value={value.entry} onChange={(event) => onChange({ entry: event.currentTarget.value })} />;
  }
  switch (valueForm(op)) {
    case "none":
      return null;
    case "many":
      return (
        <TagsInput
          label={t("condition.values")}
          value={isList(value) ? value.map(String) : []}
          data={samples}
          onChange={(texts) => onChange(texts.map((text) => typedValue(text, known?.type)))}
        />
      );
    case "pair": {
      const [low, high] = isList(value) ? [Number(value[0] ?? 0), Number(value[1] ?? 0)] : [0, 0];
      return (
        <div className={styles.row}>
          <NumberInput label={t("condition.from")} value={low} onChange={(next) => onChange([Number(next), high])} />
          <NumberInput label={t("condition.to")} value={high} onChange={(next) => onChange([low, Number(next)])} />
        </div>
      );
    }
    case "duration":
      return <DurationField label={label} value={typeof value === "string" ? value : null} onChange={onChange} />;
    case "instant":
      return (
        <TextInput
          type="datetime-local"
          label={label}
          value={localInstant(value)}
          onChange={(event) => onChange(event.currentTarget.value === "" ? "" : new Date(event.currentTarget.value).toISOString())}
        />
      );
    case "one":
      return known?.type === "boolean" ? (
        <NativeSelect
          label={label}
          value={String(value === true)}
          data={[
            { value: "true", label: t("condition.true") },
            { value: "false", label: t("condition.false") },
          ]}
          onChange={(event) => onChange(event.currentTarget.value === "true")}
        />
      ) : (
        <Autocomplete
          label={label}
          value={value === null || isList(value) ? "" : String(value)}
          data={samples}
          onChange={(text) => onChange(typedValue(text, known?.type ?? (typeof value === "number" ? "number" : undefined)))}
        />
      );
  }
}

/** An instant as the browser's date field writes it: local, to the minute. */
function localInstant(value: Value): string {
  const at = typeof value === "string" && value !== "" ? new Date(value) : null;
  if (at === null || Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
