/** The code as it was last seen in an editing session: it and its comments are still there when the pane opens again. */
import type { JourneyDocument } from "../document/journey";
import type { EditorStore } from "../editor/store";

export const LANGUAGES = ["python", "yaml"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One language's side of a session. */
export interface Kept {
  /** Null until it was printed once. */
  text: string | null;
  /** Whether the author wrote something that no document says yet. */
  isTyped: boolean;
  /** The document that the text was printed from or read as, and the JSON that it was read as. */
  document: JourneyDocument | null;
  json: string;
}

const sessions = new WeakMap<EditorStore, Record<Language, Kept>>();

export function keptCode(store: EditorStore, language: Language): Kept {
  const found = sessions.get(store) ?? { python: nothing(), yaml: nothing() };
  sessions.set(store, found);
  return found[language];
}

function nothing(): Kept {
  return { text: null, isTyped: false, document: null, json: "" };
}
