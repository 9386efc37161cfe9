/**
 * The state of one editing session: the document with its history, what is chosen, what is open. Server data (numbers,
 * vocabulary, problems) stays in the query client.
 */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";

import type { Marks } from "../canvas/flow";
import { beginHistory, type History, recorded, redone, sealed, undone } from "../document/history";
import type { JourneyDocument, Position } from "../document/journey";
import type { Outlet } from "../edits/graph";

/** Where the step picker puts what is picked, and where on the screen it opens. */
export interface Picking {
  at: Position;
  /** The outlet that the new step follows; without one it stands free, at `place` on the canvas. */
  after?: Outlet | undefined;
  place?: Position | undefined;
}

/** What a step leads to is being chosen by name. */
export interface Connecting {
  source: string;
}

export type PanelTab = "step" | "problems" | "simulate" | "code" | "launch";

export interface EditorState {
  history: History<JourneyDocument>;
  /** Ids of the chosen nodes and notes. */
  selection: ReadonlySet<string>;
  /** The chosen edge, as its outlet. */
  edge: Outlet | null;
  picking: Picking | null;
  connecting: Connecting | null;
  isHelpOpen: boolean;
  tab: PanelTab;
  /** What became of each node, while versions are compared or a simulation is shown. */
  marks: Marks | null;
  /** The field that a problem led to. */
  field: string | null;

  /** Record one step of the author; see `document/history` for gestures. */
  edit: (change: (document: JourneyDocument) => JourneyDocument, gesture?: string) => void;
  /** Put another document in place of this one, as a step of its own. */
  replace: (document: JourneyDocument) => void;
  seal: () => void;
  undo: () => void;
  redo: () => void;
  select: (ids: Iterable<string>) => void;
  selectEdge: (edge: Outlet | null) => void;
  pick: (picking: Picking | null) => void;
  connect: (connecting: Connecting | null) => void;
  help: (isOpen: boolean) => void;
  show: (tab: PanelTab) => void;
  mark: (marks: Marks | null) => void;
  goTo: (node: string | null, field?: string | null) => void;
}

export type EditorStore = StoreApi<EditorState>;

export function createEditorStore(document: JourneyDocument): EditorStore {
  return createStore<EditorState>()((set) => ({
    history: beginHistory(document),
    selection: new Set(),
    edge: null,
    picking: null,
    connecting: null,
    isHelpOpen: false,
    tab: "step",
    marks: null,
    field: null,

    edit: (change, gesture) =>
      set(({ history }) => ({ history: recorded(history, change(history.present), gesture ?? null) })),
    replace: (next) => set(({ history }) => ({ history: recorded(history, next), selection: new Set(), edge: null })),
    seal: () => set(({ history }) => ({ history: sealed(history) })),
    undo: () => set(({ history }) => ({ history: undone(history) })),
    redo: () => set(({ history }) => ({ history: redone(history) })),
    select: (ids) =>
      set(({ history, tab }) => ({
        selection: new Set(ids),
        edge: null,
        field: null,
        tab: tab === "problems" ? "step" : tab,
        history: sealed(history),
      })),
    selectEdge: (edge) => set({ edge, selection: new Set() }),
    pick: (picking) => set({ picking }),
    connect: (connecting) => set({ connecting }),
    help: (isHelpOpen) => set({ isHelpOpen }),
    show: (tab) => set({ tab, marks: null }),
    mark: (marks) => set({ marks }),
    goTo: (node, field = null) =>
      set(({ history }) => ({
        selection: new Set(node === null ? [] : [node]),
        edge: null,
        field,
        tab: "step",
        marks: null,
        history: sealed(history),
      })),
  }));
}

export const EditorContext = createContext<EditorStore | null>(null);

/** A part of the editor's state; the component draws anew when that part changes. */
export function useEditor<Part>(select: (state: EditorState) => Part): Part {
  return useStore(useEditorStore(), select);
}

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (store === null) throw new Error("There is no editor around this component.");
  return store;
}

export function useDocument(): JourneyDocument {
  return useEditor((state) => state.history.present);
}

/** The node or note that is chosen alone, else null. */
export function soleSelection({ selection }: EditorState): string | null {
  const [first] = selection;
  return selection.size === 1 && first !== undefined ? first : null;
}
