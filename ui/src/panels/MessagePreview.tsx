/** What a message node sends, as its author wrote it: merge tags stay visible, HTML is never rendered here. */
import { type MessageContent, templatePieces } from "../document/journey";
import { nameOf } from "../texts/texts";
import { durationWords } from "../texts/words";
import styles from "./panels.module.css";

/** The parts that are worth a line, in reading order. */
const PARTS = ["title", "subject", "preheader", "body", "text", "link", "url", "ttl", "urgency"] as const;

export function MessagePreview({ content }: { content: MessageContent }) {
  const parts = PARTS.flatMap((part) => {
    const value = content[part];
    return typeof value === "string" && value !== "" ? [{ part, value }] : [];
  });
  return (
    <dl className={styles.message}>
      {parts.map(({ part, value }) => (
        <div key={part}>
          <dt>{nameOf("message_part", part)}</dt>
          <dd>{part === "ttl" ? durationWords(value) : <Template text={value} />}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A template text with its merge tags set apart. */
function Template({ text }: { text: string }) {
  return templatePieces(text).map(({ start, words, isTag }) =>
    isTag ? (
      <code key={start} className={styles.tag}>
        {words}
      </code>
    ) : (
      words
    ),
  );
}
