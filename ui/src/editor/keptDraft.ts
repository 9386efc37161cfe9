/** Edits that the server does not have yet, kept in this browser so that a closed tab or a lost network loses nothing. */
import { documentFrom, type JourneyDocument } from "../document/journey";

const KEY = "waitline-draft:";

interface Kept {
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

/** What was kept on top of this revision; edits of an older one were made on something that is gone. */
export function keptDraft(journeyId: string, revision: number): JourneyDocument | null {
  const text = globalThis.localStorage.getItem(KEY + journeyId);
  if (text === null) return null;
  try {
    const kept = JSON.parse(text) as Partial<Kept>;
    if (kept.revision === revision && kept.document !== undefined) return documentFrom({ ...kept.document });
  } catch {
    // Not ours to read: forgotten below.
  }
  forgetDraft(journeyId);
  return null;
}
