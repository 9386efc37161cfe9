/** A notification of the shop's own app: its words, its link, its picture, and what only one of the platforms knows. */
import { NativeSelect, TextInput } from "@mantine/core";
import { Smartphone } from "lucide-react";

import type { MessageContent } from "../document/journey";
import { DurationField } from "../inspector/DurationField";
import { Section } from "../inspector/Section";
import { t } from "../texts/texts";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { CopyDrafts } from "./CopyDrafts";
import { LinkFields } from "./LinkFields";
import { PictureField } from "./PictureField";
import { textOf } from "./PushForm";
import toast from "./PushPreview.module.css";
import { sampled, useSamples } from "./samples";
import { TemplateField } from "./TemplateField";

const PRIORITIES = ["normal", "high"] as const;

export function MobilePushForm({ content, change }: ContentProps) {
  return (
    <>
      <TemplateField label={t("names.message_part.title")} value={textOf(content["title"])} limit={45} onChange={(title) => change({ title }, "title")} />
      <TemplateField label={t("names.message_part.body")} value={textOf(content["body"])} rows={3} limit={120} onChange={(body) => change({ body }, "body")} />
      <CopyDrafts channel="web_push" onPick={({ title, body }) => change({ title, body }, "draft")} />
      <Section title={t("names.message_part.link")} hint={t("mobilePush.linkHint")}>
        <LinkFields link={content["link"]} onChange={(link) => change({ link }, "link")} />
      </Section>
      <PictureField label={t("composer.image")} value={textOf(content["image"])} onChange={(image) => change({ image: image || null }, "image")} />
      <DurationField label={t("composer.ttl")} value={textOf(content["ttl"]) || "P1D"} onChange={(ttl) => change({ ttl }, "ttl")} />
      <NativeSelect
        label={t("names.message_part.urgency")}
        value={textOf(content["priority"]) || "high"}
        data={PRIORITIES.map((one) => ({ value: one, label: t(`composer.urgency.${one}`) }))}
        onChange={(event) => change({ priority: event.currentTarget.value }, "priority")}
      />
      <TextInput
        label={t("mobilePush.collapseKey")}
        description={t("mobilePush.collapseKeyHint")}
        value={textOf(content["collapse_key"])}
        onChange={(event) => change({ collapse_key: event.currentTarget.value || null }, "collapse_key")}
      />
      <PlatformField content={content} change={change} platform="android" part="channel_id" label={t("mobilePush.androidChannel")} />
      <PlatformField content={content} change={change} platform="apns" part="sound" label={t("mobilePush.sound")} />
    </>
  );
}

interface PlatformProps extends ContentProps {
  platform: "android" | "apns";
  part: string;
  label: string;
}

/** One thing that only one platform knows; emptied, nothing of it is left in the document. */
function PlatformField({ content, change, platform, part, label }: PlatformProps) {
  const known = (content[platform] ?? {}) as Readonly<Record<string, unknown>>;
  const put = (value: string) => {
    const { [part]: _, ...others } = known;
    const next = value === "" ? others : { ...others, [part]: value };
    change({ [platform]: Object.keys(next).length === 0 ? null : next }, `${platform}.${part}`);
  };
  return <TextInput label={label} value={textOf(known[part])} onChange={(event) => put(event.currentTarget.value)} />;
}

export function MobilePushPreview({ content }: { content: MessageContent }) {
  const samples = useSamples();
  const image = sampled(content["image"], samples);
  return (
    <div className={styles.phone}>
      <article className={toast.toast} data-system="android" aria-label={t("mobilePush.notice")}>
        <header>
          <Smartphone size={14} aria-hidden="true" />
          {t("mobilePush.from")}
        </header>
        <div data-wide>
          <b>{sampled(content["title"], samples)}</b>
          <p>{sampled(content["body"], samples)}</p>
        </div>
        {/^https?:\/\//.test(image) && (
          <span className={toast.picture} data-large data-part="image">
            <img src={image} alt="" />
          </span>
        )}
      </article>
    </div>
  );
}
