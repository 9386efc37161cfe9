/** Edits that the server does not have yet, kept in this browser so that a closed tab or a lost network loses nothing. */
import { documentFrom, type JourneyDocument } from "../document/journey";

const KEY = "waitline-draft:";

interface Kept {
  /** The revision that the edits were made on. */
  revision: number;
  document: JourneyDocument;
}

export function keepDraft(journeyId: string, revision: number, document: JourneyDocument): void {
  try {
    globalThis.localStorage.setItem(KEY + journeyId, JSON.stringify({ revision, document }));
  } catch {
    // A full or forbidden storage: the edits are still in the tab, which warns before it closes.
  }
}

export function forgetDraft(journeyId: string): void {
  globalThis.localStorage.removeItem(KEY + journeyId);
}

export function keptDraft(journeyId: string): Kept | null {
  const text = globalThis.localStorage.getItem(KEY + journeyId);
  if (text === null) return null;
  try {
    const { revision, document } = JSON.parse(text) as Partial<Kept>;
    if (revision !== undefined && document !== undefined) return { revision, document: documentFrom({ ...document }) };
  } catch {
    // Not ours to read: forgotten below.
  }
  forgetDraft(journeyId);
  return null;
}
