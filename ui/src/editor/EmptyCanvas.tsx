/** An empty journey asks its first question: what starts it. */
import { Button } from "@mantine/core";
import { LogIn } from "lucide-react";

import { added } from "../edits/graph";
import { additionOf, stepById } from "../nodes/steps";
import { t } from "../texts/texts";
import styles from "./Editor.module.css";
import { useEditorStore } from "./store";

export function EmptyCanvas() {
  const store = useEditorStore();
  const begin = () => {
    const { history, edit, select } = store.getState();
    const entry = stepById("entry");
    if (entry === undefined) return;
    const addition = additionOf(history.present, entry);
    edit((document) => added(document, addition));
    select([addition.node.id]);
  };
  return (
    <div className={styles.empty}>
      <div>
        <h2>{t("emptyCanvas.title")}</h2>
        <p>{t("emptyCanvas.detail")}</p>
        <Button leftSection={<LogIn size={15} aria-hidden="true" />} onClick={begin}>
          {t("emptyCanvas.begin")}
        </Button>
      </div>
    </div>
  );
}
