/** A message of a simulation: as the person would have read it, or why nothing would have been sent. */
import type { Trial } from "../client/types";
import { MailFrame } from "../composer/MailFrame";
import { htmlOf } from "../composer/rendering";
import { channelName } from "../nodes/channels";
import { t } from "../texts/texts";
import styles from "./Simulate.module.css";

const PARTS = ["title", "subject", "preheader", "body", "text"] as const;

export function TrialMessage({ send }: { send: Trial["sends"][number] }) {
  const { rendering, problem, channel, status } = send;
  const html = htmlOf(rendering);
  const said = rendering?.["content"] as Readonly<Record<string, unknown>> | undefined; // of a plugin's channel, all its parts
  const text = (said === undefined ? PARTS.map((part) => rendering?.[part]) : Object.values(said)).filter(
    (words): words is string => typeof words === "string" && words !== "",
  );
  const [title, ...rest] = text;
  return (
    <div className={styles.rendering} role="group" aria-label={t("simulate.message", { channel: channelName(channel) })}>
      {problem !== null && <p role="alert">{problem}</p>}
      {status !== "sent" && <p>{t("simulate.notSent")}</p>}
      {title !== undefined && <b>{title}</b>}
      {html === null ? (
        rest.map((words) => <p key={words}>{words}</p>)
      ) : (
        <details>
          <summary>{t("simulate.letter")}</summary>
          <MailFrame html={html} title={title ?? channelName(channel)} isNarrow={false} isDark={false} />
        </details>
      )}
    </div>
  );
}
