/** Copy, cut and paste by the browser's own events: they reach across tabs and ask for no permission. */
import { useEffect } from "react";

import { fragmentFrom, pasted } from "../edits/fragment";
import { copyText, removeChosen } from "./commands";
import { isTypedInto } from "./keys";
import type { EditorStore } from "./store";

const OFFSET = { x: 40, y: 40 };

export function useClipboard(store: EditorStore, onRefused: () => void): void {
  useEffect(() => {
    const isOurs = (event: ClipboardEvent) => !isTypedInto(event.target) && event.clipboardData !== null;
    const copy = (event: ClipboardEvent) => {
      const state = store.getState();
      const isTextChosen = globalThis.getSelection()?.isCollapsed === false;
      if (!isOurs(event) || state.selection.size === 0 || isTextChosen) return;
      event.clipboardData?.setData("text/plain", copyText(state));
      event.preventDefault();
      if (event.type === "cut") removeChosen(state);
    };
    const paste = (event: ClipboardEvent) => {
      if (!isOurs(event)) return;
      const fragment = fragmentFrom(event.clipboardData?.getData("text/plain") ?? "");
      if (fragment === null) {
        onRefused();
        return;
      }
      event.preventDefault();
      const { history, edit, select } = store.getState();
      const { document, ids } = pasted(history.present, fragment, OFFSET);
      edit(() => document);
      select(ids);
    };
    const { document } = globalThis;
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, [store, onRefused]);
}
