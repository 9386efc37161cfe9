/** Attributes, or properties of an event: a name and a value each; the value keeps the kind that the data has. */
import { ActionIcon, Autocomplete, Button, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";

import { typedValue } from "../../conditions/clauses";
import { t } from "../../texts/texts";
import styles from "../Inspector.module.css";
import { Section } from "../Section";
import { useVocabulary, type Vocabulary } from "../vocabulary";

interface Props {
  label: string;
  error: string | undefined;
  values: Readonly<Record<string, unknown>>;
  onChange: (values: Record<string, unknown>) => void;
  /** What a name is called, and which are known: attributes of people unless told otherwise. */
  nameLabel?: string;
  addLabel?: string;
  known?: Vocabulary["attributes"];
}

export function AttributeRows({ label, error, values, onChange, nameLabel = t("condition.attribute"), addLabel = t("form.update.add"), known }: Props) {
  const vocabulary = useVocabulary();
  const fields = known ?? vocabulary.attributes;
  const rows = Object.entries(values);
  const put = (index: number, row: readonly [string, unknown] | null) =>
    onChange(Object.fromEntries(row === null ? rows.toSpliced(index, 1) : rows.with(index, [...row])));
  return (
    <Section title={label}>
      {rows.map(([name, value], index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the name is what is being typed
        <div key={index} className={styles.cardRow}>
          <Autocomplete
            aria-label={nameLabel}
            placeholder={nameLabel}
            value={name}
            data={fields.map((one) => one.name)}
            onChange={(next) => put(index, [next, value])}
          />
          <TextInput
            aria-label={t("condition.value")}
            placeholder={t("condition.value")}
            value={valueText(value)}
            onChange={(event) => put(index, [name, typedValue(event.currentTarget.value, fields.find((one) => one.name === name)?.type)])}
          />
          <ActionIcon variant="subtle" color="gray" aria-label={t("form.update.removeRow")} onClick={() => put(index, null)}>
            <X size={15} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      {error !== undefined && (
        <p className={styles.problem} role="alert">
          {error}
        </p>
      )}
      <Button
        variant="default"
        size="xs"
        className={styles.add ?? ""}
        leftSection={<Plus size={14} aria-hidden="true" />}
        disabled={"" in values}
        onClick={() => onChange({ ...values, "": "" })}
      >
        {addLabel}
      </Button>
    </Section>
  );
}

function valueText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
