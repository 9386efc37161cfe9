/** A draft between this browser and the server: what a session begins from, sending it, and what a refusal means. */
import { api, read } from "../client/api";
import type { Problem } from "../client/problem";
import type { Draft } from "../client/types";
import { documentFrom, type JourneyDocument } from "../document/journey";
import { isSame } from "../document/same";
import { forgetDraft, keptDraft } from "./keptDraft";

/** The draft as somebody else saved it meanwhile. */
export interface Conflict {
  revision: number;
  savedAt: string;
  savedBy: string | null;
  document: JourneyDocument;
}

/** What an editing session begins from. */
export interface Began {
  /** The revision that the author's state was made on. */
  revision: number;
  savedAt: string | null;
  /** What the server holds. */
  document: JourneyDocument;
  /** The author's state, where this browser kept edits that the server does not hold. */
  kept: JourneyDocument | null;
}

/** The draft of the server, and the edits that this browser kept: made on a revision that is gone, they are a conflict. */
export function beginning(journeyId: string, draft: Draft): Began {
  const [document, kept] = [documentFrom(draft.document), keptDraft(journeyId)];
  const began = { revision: draft.revision, savedAt: draft.saved_at, document, kept: null };
  if (kept !== null && !isHeld(document, kept.document)) return { ...began, revision: kept.revision, kept: kept.document };
  forgetDraft(journeyId);
  return began;
}

export function sendDraft(journeyId: string, document: JourneyDocument, revision: number, signal: AbortSignal) {
  return read(
    api.PUT("/v1/journeys/{journey_id}/draft", {
      params: { path: { journey_id: journeyId } },
      body: { document: { ...document }, revision },
      signal,
    }),
  );
}

export function conflictOf({ code, members }: Problem): Conflict | null {
  if (code !== "draft_conflict") return null;
  const { revision, saved_at, saved_by, document } = members as Record<string, never>;
  return { revision: Number(revision), savedAt: String(saved_at), savedBy: saved_by ?? null, document: documentFrom(document ?? {}) };
}

/** Whether the server holds what was sent to it. Who wrote a note and who lifted a cap, it fills in by itself. */
export function isHeld(held: JourneyDocument, sent: JourneyDocument): boolean {
  return isSame(unsigned(held), unsigned(sent));
}

function unsigned({ notes, settings, ...rest }: JourneyDocument): unknown {
  const texts = notes.map(({ id, text, x, y }) => ({ id, text, x, y }));
  const named = JSON.stringify(settings, (name, value: unknown) => (name === "by" ? undefined : value));
  return JSON.parse(JSON.stringify({ ...rest, notes: texts, settings: JSON.parse(named) as unknown }));
}
