/** A sticky note. It is written where it lies; its author and day stand below. */
import type { NodeProps } from "@xyflow/react";
import { useContext } from "react";

import { dateWords } from "../texts/times";
import { t } from "../texts/texts";
import { EditActionsContext } from "./actions";
import type { NoteNode } from "./flow";
import styles from "./NoteCard.module.css";

export function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
  const actions = useContext(EditActionsContext);
  const { text, author, at } = data.note;
  return (
    <div className={styles.note} data-selected={selected || undefined}>
      {actions === null ? (
        <p>{text}</p>
      ) : (
        <textarea
          className="nodrag nopan nowheel"
          value={text}
          rows={3}
          placeholder={t("note.placeholder")}
          aria-label={t("note.label")}
          onChange={(event) => actions.writeNote(id, event.currentTarget.value)}
          onBlur={actions.seal}
        />
      )}
      {author != null && (
        <small>
          {author}
          {at != null && ` · ${dateWords(at)}`}
        </small>
      )}
    </div>
  );
}
