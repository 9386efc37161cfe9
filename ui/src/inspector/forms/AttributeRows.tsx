/** Attributes to set: a name and a value each; the value keeps the kind that the data has. */
import { ActionIcon, Autocomplete, Button, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";

import { typedValue } from "../../conditions/clauses";
import { t } from "../../texts/texts";
import styles from "../Inspector.module.css";
import { Section } from "../Section";
import { useVocabulary } from "../vocabulary";

interface Props {
  label: string;
  error: string | undefined;
  values: Readonly<Record<string, unknown>>;
  onChange: (values: Record<string, unknown>) => void;
}

export function AttributeRows({ label, error, values, onChange }: Props) {
  const { attributes } = useVocabulary();
  const rows = Object.entries(values);
  const put = (index: number, row: readonly [string, unknown] | null) =>
    onChange(Object.fromEntries(row === null ? rows.toSpliced(index, 1) : rows.with(index, [...row])));
  return (
    <Section title={label}>
      {rows.map(([name, value], index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the name is what is being typed
        <div key={index} className={styles.cardRow}>
          <Autocomplete
            aria-label={t("condition.attribute")}
            placeholder={t("condition.attribute")}
            value={name}
            data={attributes.map((one) => one.name)}
            onChange={(next) => put(index, [next, value])}
          />
          <TextInput
            aria-label={t("condition.value")}
            placeholder={t("condition.value")}
            value={valueText(value)}
            onChange={(event) => put(index, [name, typedValue(event.currentTarget.value, attributes.find((one) => one.name === name)?.type)])}
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
        {t("form.update.add")}
      </Button>
    </Section>
  );
}

function valueText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
