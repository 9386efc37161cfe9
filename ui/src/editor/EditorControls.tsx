/** The tool bar on the canvas: undo, redo, tidy, zoom. Each button is a command; its key stands in its tip. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { Panel } from "@xyflow/react";
import { memo } from "react";

import { t } from "../texts/texts";
import { type CommandId, COMMANDS, run } from "./commands";
import styles from "./EditorControls.module.css";
import { shortcutWords } from "./keys";
import { useEditor, useEditorStore } from "./store";
import type { View } from "./commands";

const GROUPS: readonly (readonly CommandId[])[] = [
  ["undo", "redo"],
  ["addNote", "tidy"],
  ["zoomOut", "zoomIn", "fit"],
  ["help"],
];

export const EditorControls = memo(function EditorControls({ view }: { view: View }) {
  return (
    <Panel position="bottom-left" className={styles.bar}>
      <div role="toolbar" aria-label={t("toolbar.label")}>
        {GROUPS.map((group) => (
          <div key={group.join()} className={styles.group}>
            {group.map((id) => (
              <Tool key={id} id={id} view={view} />
            ))}
          </div>
        ))}
      </div>
    </Panel>
  );
});

function Tool({ id, view }: { id: CommandId; view: View }) {
  const store = useEditorStore();
  const command = COMMANDS[id];
  const isEnabled = useEditor((state) => command.isEnabled({ state, view }));
  const [shortcut] = command.shortcuts;
  return (
    <Tooltip label={shortcut === undefined ? command.label : `${command.label} · ${shortcutWords(shortcut)}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={command.label}
        disabled={!isEnabled}
        onClick={() => run(command, { state: store.getState(), view })}
      >
        <command.icon size={16} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}
