/** Writing one message with the reader's view beside it. What is written is saved with the draft; undo works here too. */
import { Modal } from "@mantine/core";
import { type ComponentType, useState } from "react";

import { Problem } from "../client/problem";
import type { BuiltInChannel, Channel } from "../client/types";
import type { MessageContent } from "../document/journey";
import { useDocument, useEditorStore } from "../editor/store";
import { rewritten } from "../edits/graph";
import { channelName, isBuiltIn } from "../nodes/channels";
import { freshContent } from "../nodes/contents";
import { t } from "../texts/texts";
import styles from "./Composer.module.css";
import { CustomForm, CustomPreview } from "./custom";
import { EmailForm } from "./EmailForm";
import { EmailPreview } from "./EmailPreview";
import { MobilePushForm, MobilePushPreview } from "./mobilePush";
import { PushForm } from "./PushForm";
import { PushPreview } from "./PushPreview";
import reading from "./Reader.module.css";
import { ReaderPicker } from "./ReaderPicker";
import { asRendered, htmlOf, type Reader, useRendering } from "./rendering";
import { MergeTags, useTagsFor } from "./samples";
import { SmsForm, SmsPreview } from "./sms";
import { TestSend } from "./TestSend";
import { UtmFields } from "./UtmFields";
import { VariantBar } from "./VariantBar";
import { BASE, changed, contentOf, variantsOf } from "./variants";
import { WebhookForm, WebhookPreview } from "./webhook";

export interface ContentProps {
  content: MessageContent;
  /** Change parts of the content; changes of the same part in a row are one step of undo. */
  change: (parts: MessageContent, part: string) => void;
}

const FORMS: Readonly<Record<BuiltInChannel, ComponentType<ContentProps>>> = {
  web_push: PushForm,
  mobile_push: MobilePushForm,
  email: EmailForm,
  sms: SmsForm,
  webhook: WebhookForm,
};

export interface PreviewProps {
  content: MessageContent;
  /** The e-mail as the engine wrote it; null until it has. */
  html: string | null;
}

const PREVIEWS: Readonly<Record<BuiltInChannel, ComponentType<PreviewProps>>> = {
  web_push: PushPreview,
  mobile_push: MobilePushPreview,
  email: EmailPreview,
  sms: SmsPreview,
  webhook: WebhookPreview,
};

interface Props {
  name: string;
  channel: Channel;
  onClose: () => void;
}

export function Composer({ name, channel, onClose }: Props) {
  const store = useEditorStore();
  const journey = useDocument();
  const message = journey.messages[name] ?? freshContent(channel);
  const [chosen, setChosen] = useState(BASE);
  const variant = variantsOf(message).some(({ id }) => id === chosen) ? chosen : BASE;
  const content = contentOf(message, variant);
  const Form = isBuiltIn(channel) ? FORMS[channel] : CustomForm;
  const write = (next: (message: MessageContent) => MessageContent, part: string) =>
    store.getState().edit(
      (document) => rewritten(document, name, next({ ...freshContent(channel), ...document.messages[name] })),
      `message:${name}:${variant}:${part}`,
    );
  const change = (parts: MessageContent, part: string) => write((whole) => changed(whole, variant, parts), part);
  const close = () => {
    store.getState().seal();
    onClose();
  };
  return (
    <MergeTags value={useTagsFor(journey)}>
      <Modal
        opened
        onClose={close}
        closeOnEscape={false}
        onKeyDown={(event) => {
          if (event.key === "Escape" && !isInside(event.target)) close();
        }}
        size="min(1320px, calc(100vw - 48px))"
        title={t("composer.title", { channel: channelName(channel) })}
        centered
        classNames={{ header: styles.header ?? "", body: styles.body ?? "" }}
      >
        <div className={styles.halves}>
          <div className={styles.form} onBlur={() => store.getState().seal()}>
            <VariantBar message={message} chosen={variant} onChoose={setChosen} onChange={(next, part) => write(() => next, part)} />
            <Form key={variant} content={content} change={change} />
            {isToPeople(channel) && <UtmFields content={content} change={change} />}
          </div>
          <ReadersView channel={channel} message={message} variant={variant} journey={journey.name} />
        </div>
      </Modal>
    </MergeTags>
  );
}

/** Whether it goes to people, on a channel of ours: then its links are counted, and a test can be sent to oneself. */
function isToPeople(channel: Channel): channel is Exclude<BuiltInChannel, "webhook"> {
  return isBuiltIn(channel) && channel !== "webhook";
}

/** Whether the key was meant for a list or a panel that is open within the composer, which closes by it. */
function isInside(target: EventTarget): boolean {
  return target instanceof Element && target.closest(".mantine-Popover-dropdown, [aria-expanded=true][aria-haspopup]") !== null;
}

interface ReadersProps {
  channel: Channel;
  message: MessageContent;
  variant: string;
  journey: string;
}

/** The right half: as whom it is read, how it looks to that person, and a test to oneself. */
function ReadersView({ channel, message, variant, journey }: ReadersProps) {
  const [reader, setReader] = useState<Reader | null>(null);
  const draft = { message, variant, reader, journey };
  const { data, isError, error } = useRendering(draft);
  const Preview = isBuiltIn(channel) ? PREVIEWS[channel] : CustomPreview;
  const content = contentOf(message, variant);
  const rendering = data?.rendering;
  const faults = isError ? faultsOf(Problem.of(error)) : (data?.problems.map(({ detail }) => detail) ?? []);
  return (
    <section className={styles.preview} aria-label={t("composer.preview")}>
      <ReaderPicker reader={reader} onChange={setReader} />
      {faults.map((fault) => (
        <p key={fault} className={reading.problem} data-tone="warn" role="status">
          {fault}
        </p>
      ))}
      <Preview content={reader === null || rendering == null ? content : asRendered(content, rendering)} html={htmlOf(rendering)} />
      <div className={reading.foot}>
        <p className={reading.samples}>{t(reader === null || rendering == null ? "composer.samples" : "composer.real")}</p>
        {isToPeople(channel) && <TestSend channel={channel} draft={draft} />}
      </div>
    </section>
  );
}

function faultsOf({ errors, title, detail }: Problem): readonly string[] {
  return errors.length === 0 ? [`${title} ${detail}`] : errors.map(({ field, detail: words }) => `${field}: ${words}`);
}
