/** Writing one message with the reader's view beside it. What is written is saved with the draft; undo works here too. */
import { Modal } from "@mantine/core";
import { type ComponentType, useState } from "react";

import { Problem } from "../client/problem";
import type { Channel } from "../client/types";
import type { MessageContent } from "../document/journey";
import { useDocument, useEditorStore } from "../editor/store";
import { rewritten } from "../edits/graph";
import { FRESH_CONTENTS } from "../nodes/contents";
import { nameOf, t } from "../texts/texts";
import styles from "./Composer.module.css";
import { EmailForm } from "./EmailForm";
import { EmailPreview } from "./EmailPreview";
import { PushForm } from "./PushForm";
import { PushPreview } from "./PushPreview";
import reading from "./Reader.module.css";
import { ReaderPicker } from "./ReaderPicker";
import { asRendered, htmlOf, type Reader, useRendering } from "./rendering";
import { SmsForm, SmsPreview } from "./sms";
import { TestSend } from "./TestSend";
import { WebhookForm, WebhookPreview } from "./webhook";

export interface ContentProps {
  content: MessageContent;
  /** Change parts of the content; changes of the same part in a row are one step of undo. */
  change: (parts: MessageContent, part: string) => void;
}

const FORMS: Readonly<Record<Channel, ComponentType<ContentProps>>> = {
  web_push: PushForm,
  email: EmailForm,
  sms: SmsForm,
  webhook: WebhookForm,
};

export interface PreviewProps {
  content: MessageContent;
  /** The e-mail as the engine wrote it for the chosen reader; null while it is read with sample values. */
  html: string | null;
}

const PREVIEWS: Readonly<Record<Channel, ComponentType<PreviewProps>>> = {
  web_push: PushPreview,
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
  const content = useDocument().messages[name] ?? FRESH_CONTENTS[channel]();
  const Form = FORMS[channel];
  const change = (parts: MessageContent, part: string) =>
    store
      .getState()
      .edit(
        (document) => rewritten(document, name, { ...FRESH_CONTENTS[channel](), ...document.messages[name], ...parts }),
        `message:${name}:${part}`,
      );
  const close = () => {
    store.getState().seal();
    onClose();
  };
  return (
    <Modal opened onClose={close} size={1080} title={t("composer.title", { channel: nameOf("channel", channel) })} centered classNames={{ body: styles.body ?? "" }}>
      <div className={styles.halves}>
        <div className={styles.form} onBlur={() => store.getState().seal()}>
          <Form content={content} change={change} />
        </div>
        <ReadersView channel={channel} content={content} />
      </div>
    </Modal>
  );
}

/** The right half: as whom it is read, how it looks to that person, and a test to oneself. */
function ReadersView({ channel, content }: { channel: Channel; content: MessageContent }) {
  const [reader, setReader] = useState<Reader | null>(null);
  const { name } = useDocument();
  const { data, isError, error } = useRendering(content, reader, name);
  const Preview = PREVIEWS[channel];
  const answer = reader === null ? undefined : data;
  const rendering = answer?.rendering;
  const faults = isError && reader !== null ? faultsOf(Problem.of(error)) : (answer?.problems.map(({ detail }) => detail) ?? []);
  return (
    <section className={styles.preview} aria-label={t("composer.preview")}>
      <ReaderPicker reader={reader} onChange={setReader} />
      {faults.map((fault) => (
        <p key={fault} className={reading.problem} data-tone="warn" role="status">
          {fault}
        </p>
      ))}
      <Preview content={rendering == null ? content : asRendered(content, rendering)} html={htmlOf(rendering)} />
      <p className={styles.samples}>{t(rendering == null ? "composer.samples" : "composer.real")}</p>
      {(channel === "email" || channel === "sms") && <TestSend channel={channel} content={content} reader={reader} journey={name} />}
    </section>
  );
}

function faultsOf({ errors, title, detail }: Problem): readonly string[] {
  return errors.length === 0 ? [`${title} ${detail}`] : errors.map(({ field, detail: words }) => `${field}: ${words}`);
}
