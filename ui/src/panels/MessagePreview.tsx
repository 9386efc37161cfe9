/** What a message node sends, as its author wrote it: merge tags stay visible, HTML is never rendered here. */
import { type MessageContent, templatePieces } from "../document/journey";
import { partsOf } from "../document/message";
import { nameOf } from "../texts/texts";
import { durationWords } from "../texts/words";
import styles from "./MessagePreview.module.css";

export function MessagePreview({ content }: { content: MessageContent }) {
  return (
    <dl className={styles.message}>
      {partsOf(content).map(({ part, text }) => (
        <div key={part}>
          <dt>{nameOf("message_part", part)}</dt>
          <dd>{part === "ttl" ? durationWords(text) : <Template text={text} />}</dd>
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
