/** A message on a channel that a plugin brings: a form from the schema of its parts, and the words as they are sent. */
import { customChannel } from "../nodes/custom";
import { fieldsOf, type SchemaField } from "../inspector/forms/schema";
import { Field } from "../inspector/forms/SchemaForm";
import inspector from "../inspector/Inspector.module.css";
import type { ContentProps, PreviewProps } from "./Composer";
import styles from "./Composer.module.css";
import { textOf } from "./PushForm";
import { sampled, useSamples } from "./samples";
import { TemplateField } from "./TemplateField";

const LONG_TEXT_ROWS = 5;

export function CustomForm({ content, change }: ContentProps) {
  const type = customChannel(textOf(content["channel"]));
  return (
    <>
      {type !== undefined && <p className={inspector.hint}>{type.description}</p>}
      {partsOf(content).map((field) => {
        const { name, kind, label, hint } = field;
        const value = content[name];
        if (kind !== "text" && kind !== "longText") return <Field key={name} field={field} value={value} error={undefined} onChange={(next) => change({ [name]: next }, name)} />;
        return (
          <TemplateField
            key={name}
            label={label}
            value={textOf(value)}
            {...(hint !== undefined && { description: hint })}
            {...(kind === "longText" && { rows: LONG_TEXT_ROWS })}
            onChange={(text) => change({ [name]: text }, name)}
          />
        );
      })}
    </>
  );
}

export function CustomPreview({ content }: PreviewProps) {
  const samples = useSamples();
  return (
    <dl className={styles.phone}>
      {partsOf(content)
        .filter(({ name }) => content[name] != null && content[name] !== "")
        .map(({ name, label }) => (
          <div key={name}>
            <dt>
              <small>{label}</small>
            </dt>
            <dd className={styles.bubble}>{typeof content[name] === "string" ? sampled(content[name], samples) : JSON.stringify(content[name])}</dd>
          </div>
        ))}
    </dl>
  );
}

function partsOf(content: ContentProps["content"]): readonly SchemaField[] {
  return fieldsOf(customChannel(textOf(content["channel"]))?.schema ?? {});
}
