/** The fields of one clause, with what the data has on offer. */
import { Autocomplete, NativeSelect, NumberInput, TextInput } from "@mantine/core";

import type { HasOccurredClause, Leaf, Scope, StockClause, TimeClause } from "../document/conditions";
import { DurationField } from "../inspector/DurationField";
import { propertiesOf, useVocabulary } from "../inspector/vocabulary";
import { t } from "../texts/texts";
import { ComparisonFields } from "./ComparisonFields";
import { ConditionBuilder } from "./ConditionBuilder";
import styles from "./ConditionBuilder.module.css";
import { SegmentField } from "./SegmentField";

interface Props {
  scope: Scope;
  event: string | undefined;
  clause: Leaf;
  onChange: (clause: Leaf) => void;
}

export function ClauseFields({ scope, event, clause, onChange }: Props) {
  const vocabulary = useVocabulary();
  switch (clause.kind) {
    case "attribute":
      return (
        <ComparisonFields
          nameLabel={t("condition.attribute")}
          name={clause.attribute}
          known={vocabulary.attributes}
          comparison={clause}
          onChange={({ name, ...comparison }) => onChange({ ...clause, attribute: name, ...comparison })}
        />
      );
    case "property":
    case "entry":
      return (
        <ComparisonFields
          nameLabel={t("condition.property")}
          name={clause.property}
          known={propertiesOf(vocabulary, clause.kind === "property" ? event : undefined)}
          comparison={clause}
          onChange={({ name, ...comparison }) => onChange({ ...clause, property: name, ...comparison })}
        />
      );
    case "segment":
      return <SegmentField clause={clause} onChange={onChange} />;
    case "has_occurred":
      return <HistoryFields clause={clause} isNested={scope === "event"} onChange={onChange} />;
    case "stock":
      return <StockFields clause={clause} onChange={onChange} />;
    case "time":
      return <TimeFields clause={clause} onChange={onChange} />;
    case "same_item":
      return (
        <NativeSelect
          aria-label={t("condition.sameItem")}
          value={clause.match ?? "variant"}
          data={[
            { value: "variant", label: t("condition.sameVariant") },
            { value: "product", label: t("condition.sameProduct") },
          ]}
          onChange={(change) => onChange({ ...clause, match: change.currentTarget.value === "product" ? "product" : "variant" })}
        />
      );
  }
}

interface HistoryProps {
  clause: HasOccurredClause;
  isNested: boolean;
  onChange: (clause: Leaf) => void;
}

/** "Has occurred at least twice in the last 7 days, where…" */
function HistoryFields({ clause, isNested, onChange }: HistoryProps) {
  const { events } = useVocabulary();
  const isNever = clause.at_most === 0;
  return (
    <>
      <div className={styles.row}>
        <Autocomplete
          label={t("condition.event")}
          value={clause.event}
          data={events.map(({ name }) => name)}
          onChange={(name) => onChange({ ...clause, event: name })}
        />
        <NativeSelect
          aria-label={t("condition.howOften")}
          value={isNever ? "never" : "often"}
          data={[
            { value: "often", label: t("condition.hasOccurred") },
            { value: "never", label: t("condition.hasNotOccurred") },
          ]}
          onChange={(change) => onChange(change.currentTarget.value === "never" ? { ...clause, at_least: null, at_most: 0 } : { ...clause, at_most: null })}
        />
      </div>
      {!isNever && (
        <NumberInput
          label={t("condition.atLeastTimes")}
          value={clause.at_least ?? 1}
          min={1}
          max={100_000}
          allowDecimal={false}
          onChange={(times) => onChange({ ...clause, at_least: Number(times) || 1 })}
        />
      )}
      <DurationField label={t("condition.within")} value={clause.within} onChange={(within) => onChange({ ...clause, within })} />
      {!isNested && (
        <details className={styles.where} open={clause.where != null}>
          <summary>{t("condition.where")}</summary>
          <ConditionBuilder
            label={t("condition.where")}
            scope="event"
            event={clause.event}
            value={clause.where}
            onChange={(where) => onChange({ ...clause, where })}
          />
        </details>
      )}
    </>
  );
}

const STOCK_OPERATORS = ["at_least", "at_most", "equals", "less_than", "greater_than"] as const;

function StockFields({ clause, onChange }: { clause: StockClause; onChange: (clause: Leaf) => void }) {
  return (
    <div className={styles.row}>
      <NativeSelect
        label={t("condition.units")}
        value={clause.op ?? "at_least"}
        data={STOCK_OPERATORS.map((op) => ({ value: op, label: t(`operator.${op}`) }))}
        onChange={(change) => onChange({ ...clause, op: change.currentTarget.value as (typeof STOCK_OPERATORS)[number] })}
      />
      <NumberInput
        aria-label={t("condition.unitCount")}
        value={typeof clause.value === "number" ? clause.value : 1}
        min={0}
        allowDecimal={false}
        onChange={(value) => onChange({ ...clause, value: Number(value) || 0 })}
      />
    </div>
  );
}

function TimeFields({ clause, onChange }: { clause: TimeClause; onChange: (clause: Leaf) => void }) {
  const window = clause.window ?? { opens: "09:00", closes: "20:00" };
  return (
    <div className={styles.row}>
      <TextInput
        type="time"
        label={t("window.opens")}
        value={window.opens.slice(0, 5)}
        onChange={(change) => onChange({ ...clause, window: { ...window, opens: change.currentTarget.value } })}
      />
      <TextInput
        type="time"
        label={t("window.closes")}
        value={(window.closes ?? "").slice(0, 5)}
        onChange={(change) => onChange({ ...clause, window: { ...window, closes: change.currentTarget.value || null } })}
      />
    </div>
  );
}
