/** The form of a step whose type is somebody's own, generated from the JSON Schema of its settings. */
import { JsonInput, NativeSelect, NumberInput, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import type { NodeTypeItem } from "../../client/types";
import type { JourneyNode } from "../../document/journey";
import { t } from "../../texts/texts";
import { DurationField } from "../DurationField";
import { useFieldProblem } from "../form";
import styles from "../Inspector.module.css";
import { fieldsOf, type SchemaField } from "./schema";

interface Props {
  node: JourneyNode;
  type: NodeTypeItem;
  change: (fields: Partial<JourneyNode>, field: string) => void;
}

export function SchemaForm({ node, type, change }: Props) {
  const problem = useFieldProblem();
  const values = node as unknown as Readonly<Record<string, unknown>>;
  const fields = fieldsOf(type.schema);
  return (
    <>
      <p className={styles.hint}>{type.description}</p>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name]}
          error={problem(field.name)}
          onChange={(value) => change({ [field.name]: value } as Partial<JourneyNode>, field.name)}
        />
      ))}
      {fields.length === 0 && <p className={styles.hint}>{t("form.nothingToSet")}</p>}
    </>
  );
}

interface FieldProps {
  field: SchemaField;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

export function Field({ field, value, error, onChange }: FieldProps) {
  const shared = { label: field.label, description: field.hint, error, withAsterisk: field.isRequired };
  switch (field.kind) {
    case "text":
      return <TextInput {...shared} value={textOf(value)} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "longText":
      return <Textarea {...shared} autosize minRows={2} maxRows={8} value={textOf(value)} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "number":
    case "integer":
      return (
        <NumberInput
          {...shared}
          value={typeof value === "number" ? value : ""}
          allowDecimal={field.kind === "number"}
          {...(field.min !== undefined && { min: field.min })}
          {...(field.max !== undefined && { max: field.max })}
          onChange={(number) => onChange(number === "" ? null : Number(number))}
        />
      );
    case "boolean":
      return <Switch label={field.label} description={field.hint} error={error} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case "choice":
      return (
        <NativeSelect
          {...shared}
          value={textOf(value)}
          data={[...(value == null || !field.isRequired ? [{ value: "", label: t("form.choose") }] : []), ...field.choices]}
          onChange={(event) => onChange(event.currentTarget.value || null)}
        />
      );
    case "duration":
      return <DurationField label={field.label} value={textOf(value)} error={error} onChange={onChange} />;
    case "texts":
      return <TagsInput {...shared} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
    case "json":
      return <JsonField {...shared} value={value} onChange={onChange} />;
  }
}

interface JsonProps {
  label: string;
  description: string | undefined;
  error: string | undefined;
  withAsterisk: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** What has no control of its own; it is taken over as soon as it is JSON again. */
function JsonField({ value, error, onChange, ...shared }: JsonProps) {
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const [isBroken, setIsBroken] = useState(false);
  const write = (typed: string) => {
    setText(typed);
    try {
      onChange(typed.trim() === "" ? null : (JSON.parse(typed) as unknown));
      setIsBroken(false);
    } catch {
      setIsBroken(true);
    }
  };
  return <JsonInput {...shared} autosize minRows={3} maxRows={14} value={text} error={isBroken ? t("form.noJson") : error} onChange={write} />;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
