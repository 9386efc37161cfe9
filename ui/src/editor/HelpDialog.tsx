/** Every key of the canvas. */
import { Modal } from "@mantine/core";
import { memo } from "react";

import { t } from "../texts/texts";
import { COMMAND_LIST } from "./commands";
import styles from "./Editor.module.css";
import { shortcutWords } from "./keys";
import { useEditor, useEditorStore } from "./store";

const WALKING = ["walk", "extend", "move", "open", "leave"] as const;

export const HelpDialog = memo(function HelpDialog() {
  const store = useEditorStore();
  const isOpen = useEditor((state) => state.isHelpOpen);
  return (
    <Modal opened={isOpen} onClose={() => store.getState().help(false)} title={t("help.title")} size="lg" centered>
      <dl className={styles.keys}>
        {WALKING.map((name) => (
          <Key key={name} what={t(`help.${name}`)} keys={t(`help.${name}Key`)} />
        ))}
        {COMMAND_LIST.map(({ id, label, shortcuts }) => (
          <Key key={id} what={label} keys={shortcutWords(shortcuts[0] ?? "")} />
        ))}
      </dl>
    </Modal>
  );
});

function Key({ what, keys }: { what: string; keys: string }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </div>
  );
}
