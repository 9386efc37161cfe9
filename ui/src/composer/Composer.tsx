/** Writing one message with the reader's view beside it. What is written is saved with the draft; undo works here too. */
import { Modal } from "@mantine/core";
import type { ComponentType } from "react";

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
import { SmsForm, SmsPreview } from "./sms";
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

const PREVIEWS: Readonly<Record<Channel, ComponentType<{ content: MessageContent }>>> = {
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
  const [Form, Preview] = [FORMS[channel], PREVIEWS[channel]];
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
        <section className={styles.preview} aria-label={t("composer.preview")}>
          <Preview content={content} />
          <p className={styles.samples}>{t("composer.samples")}</p>
        </section>
      </div>
    </Modal>
  );
}
