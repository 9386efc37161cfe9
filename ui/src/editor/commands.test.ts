// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { JourneyDocument } from "../document/journey";
import { connected, moved } from "../edits/graph";
import { arrows, smallJourney } from "../edits/testing";
import { type CommandId, COMMAND_IDS, COMMAND_LIST, COMMANDS, run, type View } from "./commands";
import { isShortcut } from "./keys";
import { createEditorStore, type EditorStore } from "./store";

const VIEW: View = {
  zoomIn: vi.fn<() => void>(),
  zoomOut: vi.fn<() => void>(),
  fit: vi.fn<() => void>(),
  centre: () => ({ x: 0, y: 0 }),
  below: () => ({ x: 0, y: 0 }),
  authorship: () => ({ author: "Ada", at: "2026-03-02T12:00:00Z" }),
  write: vi.fn<(text: string) => void>(),
};

let store: EditorStore;
const perform = (id: CommandId) => run(COMMANDS[id], { state: store.getState(), view: VIEW });
const document = () => store.getState().history.present;

beforeEach(() => {
  store = createEditorStore(smallJourney());
});

describe("every command", () => {
  it("is an object with a label, an icon and keys that no other one has", () => {
    const keys = COMMAND_LIST.flatMap(({ shortcuts }) => shortcuts);
    expect(new Set(keys).size).toBe(keys.length);
    expect(COMMAND_LIST.map(({ id }) => id)).toEqual([...COMMAND_IDS]);
    expect(COMMAND_LIST.every(({ label, icon }) => label !== "" && Boolean(icon))).toBe(true);
  });

  it("does nothing where it makes no sense", () => {
    for (const id of ["delete", "duplicate", "copy", "cut", "undo", "redo", "tidy", "connect"] as const) {
      const before = document();
      perform(id);
      expect(document()).toBe(before);
    }
  });
});

/** Each edit, as an author does it; every one of them must be a single step of undo. */
const EDITS: Readonly<Record<string, (store: EditorStore) => void>> = {
  delete: () => perform("delete"),
  duplicate: () => perform("duplicate"),
  cut: () => perform("cut"),
  "add a note": () => perform("addNote"),
  "delete several": ({ getState }) => {
    getState().select(["push", "mail", "done"]);
    perform("delete");
  },
  "delete an edge": ({ getState }) => {
    getState().selectEdge({ source: "push", outlet: "sent" });
    perform("delete");
  },
  connect: ({ getState }) => getState().edit((before) => connected(before, { source: "push", outlet: "sent", target: "mail" })),
  "move several": ({ getState }) => getState().edit((before) => moved(before, { push: { x: 1, y: 1 }, mail: { x: 2, y: 2 } })),
};

describe("undo and redo", () => {
  // spec: E-002
  it.each(Object.entries(EDITS))("takes back “%s” in one step, and brings it again", (_, edit) => {
    const before = document();
    store.getState().select(["push"]);
    edit(store);
    const after = document();
    expect(after).not.toEqual(before);

    perform("undo");
    expect(document()).toBe(before);
    perform("redo");
    expect(document()).toBe(after);
  });

  // spec: E-002
  it("goes back to the first edit of the session, however long it was", () => {
    const states: JourneyDocument[] = [document()];
    for (let edit = 0; edit < 300; edit += 1) {
      store.getState().edit((before) => moved(before, { push: { x: edit, y: edit } }));
      states.push(document());
    }
    for (const state of states.toReversed().slice(1)) {
      perform("undo");
      expect(document()).toBe(state);
    }
    for (const state of states.slice(1)) {
      perform("redo");
      expect(document()).toBe(state);
    }
  });
});

describe("commands", () => {
  it("heal what they delete and leave nothing chosen", () => {
    store.getState().select(["push"]);
    perform("delete");
    expect(arrows(document())).toContain("entry:next>done");
    expect(store.getState().selection.size).toBe(0);
  });

  it("choose what they duplicate", () => {
    store.getState().select(["push", "mail"]);
    perform("duplicate");
    expect([...store.getState().selection]).toEqual(["push_2", "mail_2"]);
  });

  it("add a step behind the chosen one, at its first open way out", () => {
    store.getState().select(["push"]);
    perform("addStep");
    expect(store.getState().picking?.after).toEqual({ source: "push", outlet: "no_channel" });
  });

  it("sign a note with its author and time", () => {
    perform("addNote");
    expect(document().notes).toMatchObject([{ author: "Ada", at: "2026-03-02T12:00:00Z" }]);
  });
});

function press(key: string, held: Partial<KeyboardEventInit> = {}): KeyboardEvent {
  return new KeyboardEvent("keydown", { key, ...held });
}

describe("shortcuts", () => {
  it("hold with exactly their modifiers", () => {
    expect(isShortcut(press("z", { ctrlKey: true }), "mod+Z")).toBe(true);
    expect(isShortcut(press("Z", { ctrlKey: true, shiftKey: true }), "mod+Z")).toBe(false);
    expect(isShortcut(press("Z", { ctrlKey: true, shiftKey: true }), "mod+shift+Z")).toBe(true);
    expect(isShortcut(press("?", { shiftKey: true }), "?")).toBe(true);
    expect(isShortcut(press("+", { shiftKey: true }), "+")).toBe(true);
    expect(isShortcut(press("a", { ctrlKey: true }), "A")).toBe(false);
  });
});
