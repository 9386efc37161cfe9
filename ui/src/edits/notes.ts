/** Sticky notes: remarks on the canvas for whoever edits the journey. */
import type { JourneyDocument, Position, StickyNote } from "../document/journey";
import { freshName } from "./names";

export interface Authorship {
  author: string;
  at: string;
}

export function noteAdded(document: JourneyDocument, at: Position, by: Authorship): { document: JourneyDocument; id: string } {
  const id = freshName("note", document.notes.map((note) => note.id));
  const note: StickyNote = { id, ...at, text: "", author: by.author, at: by.at };
  return { document: { ...document, notes: [...document.notes, note] }, id };
}

/** Change a note's words or place. */
export function noteChanged(document: JourneyDocument, id: string, change: Partial<StickyNote>): JourneyDocument {
  return { ...document, notes: document.notes.map((note) => (note.id === id ? { ...note, ...change } : note)) };
}

export function notesRemoved(document: JourneyDocument, ids: ReadonlySet<string>): JourneyDocument {
  const notes = document.notes.filter(({ id }) => !ids.has(id));
  return notes.length === document.notes.length ? document : { ...document, notes };
}
