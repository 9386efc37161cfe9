/** A call to another system: its address and the fields that it is sent. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";

import type { MessageContent } from "../document/journey";
import inspector from "../inspector/Inspector.module.css";
import { Section } from "../inspector/Section";
import { t } from "../texts/texts";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { textOf } from "./PushForm";
import { sampled, useSamples } from "./samples";
import { TemplateField } from "./TemplateField";

interface Field {
  name: string;
  value: string;
}

export function WebhookForm({ content, change }: ContentProps) {
  const fields = (content["fields"] as readonly Field[] | undefined) ?? [];
  const put = (next: readonly Field[], part = "fields") => change({ fields: next }, part);
  return (
    <>
      <TemplateField isAddress label={t("names.message_part.url")} value={textOf(content["url"])} onChange={(url) => change({ url }, "url")} />
      <Section title={t("webhook.fields")}>
        {fields.map((field, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the name is what is being typed
          <div key={index} className={inspector.cardRow}>
            <TextInput
              aria-label={t("webhook.name")}
              value={field.name}
              onChange={(event) => put(fields.with(index, { ...field, name: event.currentTarget.value }), `name:${index}`)}
            />
            <TemplateField label={t("condition.value")} value={field.value} onChange={(value) => put(fields.with(index, { ...field, value }), `value:${index}`)} />
            <ActionIcon variant="subtle" color="gray" aria-label={t("webhook.remove")} onClick={() => put(fields.toSpliced(index, 1))}>
              <X size={15} aria-hidden="true" />
            </ActionIcon>
          </div>
        ))}
        <Button variant="default" size="xs" className={inspector.add ?? ""} leftSection={<Plus size={14} aria-hidden="true" />} onClick={() => put([...fields, { name: `field_${fields.length + 1}`, value: "" }])}>
          {t("webhook.add")}
        </Button>
      </Section>
    </>
  );
}

export function WebhookPreview({ content }: { content: MessageContent }) {
  const fields = (content["fields"] as readonly Field[] | undefined) ?? [];
  const samples = useSamples();
  const body = Object.fromEntries(fields.map(({ name, value }) => [name, sampled(value, samples)]));
  return (
    <pre className={`mono ${styles.source}`}>
      POST {sampled(content["url"], samples)}
      {"\n\n"}
      {JSON.stringify(body, null, 2)}
    </pre>
  );
}
