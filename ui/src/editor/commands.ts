/**
 * Everything an author can do, as objects: what it is called, its key, whether it makes sense now, and the doing. The
 * tool bar, the keys, ⌘K and the context menu all read this one list.
 */
import {
  BoxSelect,
  Copy,
  CopyPlus,
  Keyboard,
  LayoutDashboard,
  type LucideIcon,
  Maximize,
  Plus,
  Redo2,
  Scissors,
  Spline,
  StickyNote,
  Trash2,
  TriangleAlert,
  Undo2,
  ZoomIn,
  ZoomOut,
} from "lucide-react";

import { fragmentOf, fragmentText, pasted } from "../edits/fragment";
import { disconnected, edgeAt, removed, tidied } from "../edits/graph";
import { noteAdded, notesRemoved } from "../edits/notes";
import { outletIds } from "../nodes/registry";
import { t } from "../texts/texts";
import { type EditorState, soleSelection } from "./store";

/** The canvas as far as commands need it. */
export interface View {
  zoomIn: () => void;
  zoomOut: () => void;
  fit: () => void;
  /** The middle of what is seen, on the canvas. */
  centre: () => { x: number; y: number };
  /** Where a node stands on the screen: the middle of its lower edge. */
  below: (node: string) => { x: number; y: number };
  /** Who edits, and when it is. */
  authorship: () => { author: string; at: string };
  write: (text: string) => void;
}

export interface Editor {
  state: EditorState;
  view: View;
}

export const COMMAND_IDS = [
  "addStep",
  "connect",
  "addNote",
  "undo",
  "redo",
  "copy",
  "cut",
  "duplicate",
  "delete",
  "selectAll",
  "tidy",
  "zoomIn",
  "zoomOut",
  "fit",
  "problems",
  "help",
] as const;
export type CommandId = (typeof COMMAND_IDS)[number];

export interface Command {
  id: CommandId;
  label: string;
  icon: LucideIcon;
  /** As in `mod+shift+Z`; several are alternatives. */
  shortcuts: readonly string[];
  isEnabled: (editor: Editor) => boolean;
  perform: (editor: Editor) => void;
}

const always = () => true;
const hasSteps = ({ state }: Editor) => state.history.present.graph.nodes.length > 0;
const hasSelection = ({ state }: Editor) => state.selection.size > 0;

export const COMMANDS: Readonly<Record<CommandId, Command>> = {
  addStep: commandOf("addStep", Plus, ["A"], always, addStep),
  connect: commandOf("connect", Spline, ["C"], ({ state }) => waysOut(state).length > 0, ({ state }) => {
    const source = soleSelection(state);
    if (source !== null) state.connect({ source });
  }),
  addNote: commandOf("addNote", StickyNote, ["N"], always, ({ state, view }) => {
    const { document, id } = noteAdded(state.history.present, view.centre(), view.authorship());
    state.edit(() => document);
    state.select([id]);
  }),
  undo: commandOf("undo", Undo2, ["mod+Z"], ({ state }) => state.history.past.length > 0, ({ state }) => state.undo()),
  redo: commandOf("redo", Redo2, ["mod+shift+Z", "mod+Y"], ({ state }) => state.history.future.length > 0, ({ state }) => state.redo()),
  copy: commandOf("copy", Copy, ["mod+C"], hasSelection, ({ state, view }) => view.write(copyText(state))),
  cut: commandOf("cut", Scissors, ["mod+X"], hasSelection, ({ state, view }) => {
    view.write(copyText(state));
    removeChosen(state);
  }),
  duplicate: commandOf("duplicate", CopyPlus, ["mod+D"], hasSelection, duplicate),
  delete: commandOf("delete", Trash2, ["Delete", "Backspace"], ({ state }) => state.selection.size > 0 || state.edge !== null, ({ state }) =>
    removeChosen(state),
  ),
  selectAll: commandOf("selectAll", BoxSelect, ["mod+A"], hasSteps, ({ state }) =>
    state.select(state.history.present.graph.nodes.map(({ id }) => id)),
  ),
  tidy: commandOf(
    "tidy",
    LayoutDashboard,
    ["shift+T"],
    ({ state }) => Object.keys(state.history.present.layout).length > 0,
    ({ state, view }) => {
      state.edit(tidied);
      view.fit();
    },
  ),
  zoomIn: commandOf("zoomIn", ZoomIn, ["+", "="], always, ({ view }) => view.zoomIn()),
  zoomOut: commandOf("zoomOut", ZoomOut, ["-"], always, ({ view }) => view.zoomOut()),
  fit: commandOf("fit", Maximize, ["shift+1", "shift+!"], hasSteps, ({ view }) => view.fit()),
  problems: commandOf("problems", TriangleAlert, ["P"], always, ({ state }) => state.show("problems")),
  help: commandOf("help", Keyboard, ["shift+?", "?"], always, ({ state }) => state.help(true)),
};

export const COMMAND_LIST: readonly Command[] = COMMAND_IDS.map((id) => COMMANDS[id]);

/** Do it, where it makes sense now. */
export function run(command: Command, editor: Editor): void {
  if (command.isEnabled(editor)) command.perform(editor);
}

function commandOf(
  id: CommandId,
  icon: LucideIcon,
  shortcuts: readonly string[],
  isEnabled: Command["isEnabled"],
  perform: Command["perform"],
): Command {
  return { id, label: t(`command.${id}`), icon, shortcuts, isEnabled, perform };
}

/** Behind the chosen node: at its first open outlet, else into its first edge; with nothing chosen, free on the canvas. */
function addStep({ state, view }: Editor): void {
  const source = soleSelection(state);
  const ways = waysOut(state);
  const open = ways.find((outlet) => source !== null && edgeAt(state.history.present, { source, outlet }) === undefined);
  const outlet = open ?? ways[0];
  if (source === null || outlet === undefined) state.pick({ at: screenMiddle(), place: view.centre() });
  else state.pick({ at: view.below(source), after: { source, outlet } });
}

function waysOut(state: EditorState): readonly string[] {
  const node = state.history.present.graph.nodes.find(({ id }) => id === soleSelection(state));
  return node === undefined ? [] : outletIds(node);
}

function screenMiddle(): { x: number; y: number } {
  return { x: globalThis.innerWidth / 2, y: globalThis.innerHeight / 3 };
}

export function copyText(state: EditorState): string {
  return fragmentText(fragmentOf(state.history.present, state.selection));
}

const COPY_OFFSET = { x: 40, y: 40 };

function duplicate({ state }: Editor): void {
  const { document, ids } = pasted(state.history.present, fragmentOf(state.history.present, state.selection), COPY_OFFSET);
  if (ids.length === 0) return;
  state.edit(() => document);
  state.select(ids);
}

export function removeChosen(state: EditorState): void {
  const { selection, edge } = state;
  state.edit((document) => {
    const cut = edge === null ? document : disconnected(document, edge);
    return notesRemoved(removed(cut, selection), selection);
  });
  state.select([]);
}
