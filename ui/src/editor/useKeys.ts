/** The keyboard on the canvas: shortcuts of commands, arrows to walk and to move, Enter to open, Escape to let go. */
import { useEffect } from "react";

import { drawingOf } from "../canvas/flow";
import { moved } from "../edits/graph";
import { type Arrow, DIRECTIONS, neighbour, readingOrder } from "../edits/neighbours";
import { COMMAND_LIST, type Editor, run, type View } from "./commands";
import { isShortcut, isTypedInto } from "./keys";
import { type EditorStore, soleSelection } from "./store";
import { nodeElement } from "./useView";

const STEP = 24;
/** The browser's own copy, cut and paste events carry these (see `useClipboard`). */
const BY_CLIPBOARD = new Set(["copy", "cut"]);

export function useKeys(store: EditorStore, view: View): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTypedInto(event.target)) return;
      const editor: Editor = { state: store.getState(), view };
      const command = COMMAND_LIST.find(
        ({ id, shortcuts }) => !BY_CLIPBOARD.has(id) && shortcuts.some((shortcut) => isShortcut(event, shortcut)),
      );
      if (command !== undefined) run(command, editor);
      else if (event.key in DIRECTIONS && event.altKey) move(editor, event.key as Arrow);
      else if (event.key in DIRECTIONS && isOnCanvas(event.target)) walk(editor, event.key as Arrow, event.shiftKey);
      else if (event.key === "Enter" && isNode(event.target)) open(editor, event.target);
      else if (event.key === "Escape") editor.state.select([]);
      else return;
      event.preventDefault();
    };
    globalThis.addEventListener("keydown", onKeyDown);
    return () => globalThis.removeEventListener("keydown", onKeyDown);
  }, [store, view]);
}

/** Choose the next node in the direction; with Shift, in addition. */
function walk({ state }: Editor, arrow: Arrow, isAdding: boolean): void {
  const { boxes } = drawingOf(state.history.present, false).layout;
  const from = focusedNode() ?? soleSelection(state);
  const next = from === null || !boxes.has(from) ? (readingOrder(boxes)[0] ?? null) : neighbour(boxes, from, arrow);
  if (next === null) return;
  state.select(isAdding ? [...state.selection, next] : [next]);
  nodeElement(next)?.focus();
}

/** Move the chosen nodes by one step of the grid. */
function move({ state }: Editor, arrow: Arrow): void {
  const { boxes } = drawingOf(state.history.present, false).layout;
  const [dx, dy] = DIRECTIONS[arrow];
  const places = [...state.selection].flatMap((id) => {
    const box = boxes.get(id);
    return box === undefined ? [] : [[id, { x: Math.round(box.x + dx * STEP), y: Math.round(box.y + dy * STEP) }] as const];
  });
  if (places.length > 0) state.edit((document) => moved(document, Object.fromEntries(places)), `move:${[...state.selection].join()}`);
}

/** The first Enter chooses the node that has the focus, the next one goes to its form. */
function open({ state }: Editor, target: HTMLElement): void {
  const id = target.dataset["id"] ?? "";
  if (soleSelection(state) !== id) state.select([id]);
  else globalThis.document.querySelector<HTMLElement>("[data-inspector] :is(input, textarea, select, button)")?.focus();
}

function focusedNode(): string | null {
  const { activeElement } = globalThis.document;
  return isNode(activeElement) ? (activeElement.dataset["id"] ?? null) : null;
}

function isNode(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.classList.contains("react-flow__node");
}

function isOnCanvas(target: EventTarget | null): boolean {
  return target instanceof Element && (target === globalThis.document.body || target.closest(".react-flow") !== null);
}
