/** One caught message as its reader would see it. */
import { ActionIcon, SegmentedControl } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";

import type { InboxItem } from "../client/types";
import { Moment } from "../shell/Moment";
import { exactWords } from "../texts/times";
import { t } from "../texts/texts";
import styles from "./MessageReader.module.css";

type Form = "html" | "text";

export function MessageReader({ item, onClose }: { item: InboxItem; onClose: () => void }) {
  const forms = (["html", "text"] as const).filter((form) => item[form] !== null);
  const [form, setForm] = useState<Form>(forms[0] ?? "text");
  return (
    <article className={styles.message}>
      <header className={styles.head}>
        <ActionIcon className={styles.back} variant="subtle" color="gray" aria-label={t("inbox.back")} onClick={onClose}>
          <ArrowLeft size={18} aria-hidden="true" />
        </ActionIcon>
        <h2>{item.channel === "sms" ? t("inbox.textTo", { to: item.to }) : (item.subject ?? t("inbox.noSubject"))}</h2>
        {forms.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={t("inbox.form")}
            value={form}
            onChange={setForm}
            data={forms.map((one) => ({ value: one, label: t(`inbox.${one}`) }))}
          />
        )}
        <dl>
          {item.from !== null && (
            <div>
              <dt>{t("inbox.from")}</dt>
              <dd>{item.from}</dd>
            </div>
          )}
          <div>
            <dt>{t("inbox.to")}</dt>
            <dd>{item.to}</dd>
          </div>
          <div>
            <dt>{t("inbox.received")}</dt>
            <dd>
              <Moment at={item.received_at}>{exactWords(item.received_at)}</Moment>
            </dd>
          </div>
        </dl>
      </header>
      {item.channel === "sms" ? <TextBubble text={item.text ?? ""} /> : <Letter item={item} form={form} />}
    </article>
  );
}

/**
 * An e-mail. Its HTML is a page of its own with a policy of its own, in a frame that may run no script, submit nothing
 * and knows nothing of this page. (As srcdoc it would be under this page's policy, which refuses the inline styles that
 * every e-mail lives on.)
 */
function Letter({ item, form }: { item: InboxItem; form: Form }) {
  if (form === "html" && item.html !== null) {
    const address = `/v1/inbox/${encodeURIComponent(item.id)}/html`;
    return <iframe className={styles.letter} sandbox="" src={address} title={item.subject ?? t("inbox.noSubject")} />;
  }
  return <pre className={styles.plain}>{item.text}</pre>;
}

function TextBubble({ text }: { text: string }) {
  return (
    <div className={styles.phone}>
      <p>{text}</p>
      <small>{t("inbox.characters", { count: [...text].length })}</small>
    </div>
  );
}
