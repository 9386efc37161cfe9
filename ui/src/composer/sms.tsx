/** A text message: its words, its link, and what it costs in segments. */
import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { LinkFields } from "./LinkFields";
import { textOf } from "./PushForm";
import { addressOf, sampled } from "./samples";
import { segmentsOf } from "./segments";
import { TemplateField } from "./TemplateField";

export function SmsForm({ content, change }: ContentProps) {
  return (
    <>
      <TemplateField label={t("names.message_part.text")} value={textOf(content["text"])} rows={5} onChange={(text) => change({ text }, "text")} />
      <LinkFields link={content["link"]} isOptional onChange={(link) => change({ link }, "link")} />
    </>
  );
}

export function SmsPreview({ content }: { content: MessageContent }) {
  const address = sampled(addressOf(content["link"]));
  const text = [sampled(content["text"]), address].filter(Boolean).join(" ");
  const { segments, units, encoding } = segmentsOf(text);
  return (
    <>
      <p className={styles.bubble}>{text}</p>
      <p className={styles.limit} data-over={segments > 1 || undefined} role="status">
        {t("sms.segments", { count: segments, units, encoding })}
      </p>
      {encoding === "UCS-2" && <p className={styles.limit}>{t("sms.unicode")}</p>}
    </>
  );
}
