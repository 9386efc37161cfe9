/** A text message: its words, its link, and what it costs in segments. */
import { TextInput } from "@mantine/core";

import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { CopyDrafts } from "./CopyDrafts";
import { LinkFields } from "./LinkFields";
import { textOf } from "./PushForm";
import { addressOf, sampled, useSamples } from "./samples";
import { segmentsOf } from "./segments";
import { TemplateField } from "./TemplateField";

export function SmsForm({ content, change }: ContentProps) {
  return (
    <>
      <TemplateField label={t("names.message_part.text")} value={textOf(content["text"])} rows={5} onChange={(text) => change({ text }, "text")} />
      <CopyDrafts channel="sms" onPick={({ body }) => change({ text: body }, "draft")} />
      <TextInput label={t("sms.sender")} description={t("sms.senderHint")} value={textOf(content["sender"])} onChange={(event) => change({ sender: event.currentTarget.value || null }, "sender")} />
      <LinkFields link={content["link"]} isOptional onChange={(link) => change({ link }, "link")} />
    </>
  );
}

export function SmsPreview({ content }: { content: MessageContent }) {
  const samples = useSamples();
  const text = sampled(content["text"], { ...samples, link: sampled(addressOf(content["link"]), samples) || t("sms.noLink") });
  const { segments, units, encoding } = segmentsOf(text);
  return (
    <>
      <div className={styles.phone}>
        <small>{textOf(content["sender"]) || t("sms.from")}</small>
        <p className={styles.bubble}>{text}</p>
      </div>
      <p className={styles.limit} data-over={segments > 1 || undefined} role="status">
        {t("sms.segments", { count: segments, units, encoding })}
      </p>
      {encoding === "UCS-2" && <p className={styles.limit}>{t("sms.unicode")}</p>}
    </>
  );
}
