/** A step of a draft that is only looked at: its words, and what it sends. */
import { type JourneyDocument, type JourneyNode } from "../document/journey";
import { lookOf } from "../nodes/registry";
import { t } from "../texts/texts";
import { MessagePreview } from "./MessagePreview";
import styles from "./panels.module.css";

export function NodeSettings({ document, node }: { document: JourneyDocument; node: JourneyNode | undefined }) {
  if (node === undefined) {
    return (
      <div className={styles.panel}>
        <header className={styles.head}>
          <h2>{t("panel.draft")}</h2>
          <p>{t("panel.draftNote")}</p>
        </header>
      </div>
    );
  }
  const look = lookOf(node, document.messages);
  const content = node.type === "message" ? document.messages[node.message] : undefined;
  return (
    <div className={styles.panel}>
      <header className={styles.head}>
        <look.icon size={18} strokeWidth={1.9} aria-hidden="true" />
        <h2>{look.title}</h2>
        <p>{look.summary}</p>
      </header>
      {content !== undefined && (
        <section>
          <h3>{t("panel.message")}</h3>
          <MessagePreview content={content} />
        </section>
      )}
    </div>
  );
}
