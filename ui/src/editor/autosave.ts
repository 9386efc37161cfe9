/**
 * Saving without being asked.
 *
 *     saved ──edit──► waiting ──pause──► saving ──► saved
 *                        ▲                 │ server away → offline, tried again
 *                        └─────────────────┤ somebody else saved → conflict, the author decides
 *                                          └ refused → the server's words, tried again after the next edit
 *
 * One request at a time. The revision names the state that the author began from, so that nobody's work is overwritten
 * unseen. What is not saved yet survives a closed tab in the browser's storage.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { documentFrom, type JourneyDocument } from "../document/journey";
import { forgetDraft, keepDraft } from "./keptDraft";
import type { EditorStore } from "./store";

/** The draft as somebody else saved it meanwhile. */
export interface Conflict {
  revision: number;
  savedAt: string;
  savedBy: string | null;
  document: JourneyDocument;
}

export type SaveState =
  | { kind: "saved"; at: string | null }
  | { kind: "waiting" }
  | { kind: "saving" }
  | { kind: "offline" }
  | { kind: "refused"; problem: Problem }
  | { kind: "conflict"; conflict: Conflict };

export interface Autosave {
  state: SaveState;
  revision: number;
  /** Save what is not saved yet, now; settles with the revision that holds everything. */
  flush: () => Promise<number | null>;
  /** Settle a conflict: keep mine over theirs, or take theirs. */
  keepMine: () => void;
  takeTheirs: () => void;
}

/** The draft that the session began from. */
export interface Began {
  revision: number;
  savedAt: string | null;
  document: JourneyDocument;
}

type Timer = ReturnType<typeof setTimeout> | undefined;

const PAUSE_MS = 700;
const RETRY_MS = 3_000;

export function useAutosave(store: EditorStore, journeyId: string, began: Began): Autosave {
  const queries = useQueryClient();
  const [state, setState] = useState<SaveState>({ kind: "saved", at: began.savedAt });
  const [revision, setRevision] = useState(began.revision);
  const known = useRef({ revision: began.revision, saved: began.document, timer: undefined as Timer });
  const running = useRef<Promise<number | null> | null>(null);
  const blocked = useRef(false);
  const [attempt, setAttempt] = useState(0);

  const save = useCallback(async (): Promise<number | null> => {
    clearTimeout(known.current.timer);
    if (running.current !== null) await running.current;
    const document = store.getState().history.present;
    if (blocked.current) return null;
    if (document === known.current.saved) return known.current.revision;
    setState({ kind: "saving" });
    running.current = send(journeyId, document, known.current.revision)
      .then((answer) => {
        known.current.revision = answer.revision;
        known.current.saved = document;
        setRevision(answer.revision);
        const isCurrent = store.getState().history.present === document;
        setState(isCurrent ? { kind: "saved", at: answer.saved_at } : { kind: "waiting" });
        if (isCurrent) forgetDraft(journeyId);
        void queries.invalidateQueries({ queryKey: ["journeys", journeyId, "draft-checks"] });
        return answer.revision;
      })
      .catch((error: unknown) => {
        const problem = Problem.of(error);
        const conflict = conflictOf(problem);
        if (conflict !== null) {
          blocked.current = true;
          setState({ kind: "conflict", conflict });
        } else if (problem.isTemporary || problem.isSignedOut) {
          setState({ kind: "offline" });
          known.current.timer = setTimeout(() => setAttempt((before) => before + 1), RETRY_MS);
        } else setState({ kind: "refused", problem });
        return null;
      })
      .finally(() => {
        running.current = null;
      });
    return running.current;
  }, [journeyId, queries, store]);

  useEffect(() => {
    const marks = known.current;
    const unsubscribe = store.subscribe(({ history }, before) => {
      if (history.present === before.history.present || blocked.current) return;
      if (history.present === marks.saved) return;
      keepDraft(journeyId, marks.revision, history.present);
      setState((current) => (current.kind === "offline" || current.kind === "saving" ? current : { kind: "waiting" }));
      clearTimeout(marks.timer);
      marks.timer = setTimeout(() => void save(), PAUSE_MS);
    });
    const online = () => void save();
    if (store.getState().history.present !== marks.saved) online();
    globalThis.addEventListener("online", online);
    return () => {
      unsubscribe();
      globalThis.removeEventListener("online", online);
      clearTimeout(marks.timer);
      if (!blocked.current && store.getState().history.present !== marks.saved) void save();
    };
  }, [journeyId, save, store]);

  useEffect(() => {
    if (attempt > 0) void save();
  }, [attempt, save]);

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (store.getState().history.present !== known.current.saved) event.preventDefault();
    };
    globalThis.addEventListener("beforeunload", warn);
    return () => globalThis.removeEventListener("beforeunload", warn);
  }, [store]);

  const settle = (conflict: Conflict, isMine: boolean) => {
    known.current.revision = conflict.revision;
    known.current.saved = conflict.document;
    setRevision(conflict.revision);
    const { history, replace } = store.getState();
    const mine = history.present;
    blocked.current = true; // neither step is to be saved before both are done
    replace(conflict.document);
    if (isMine) replace(mine);
    blocked.current = false;
    if (isMine) {
      setState({ kind: "waiting" });
      void save();
    } else {
      forgetDraft(journeyId);
      setState({ kind: "saved", at: conflict.savedAt });
    }
  };
  return {
    state,
    revision,
    flush: save,
    keepMine: () => state.kind === "conflict" && settle(state.conflict, true),
    takeTheirs: () => state.kind === "conflict" && settle(state.conflict, false),
  };
}

function send(journeyId: string, document: JourneyDocument, revision: number) {
  return read(
    api.PUT("/v1/journeys/{journey_id}/draft", {
      params: { path: { journey_id: journeyId } },
      body: { document: { ...document }, revision },
    }),
  );
}

function conflictOf({ code, members }: Problem): Conflict | null {
  if (code !== "draft_conflict") return null;
  const { revision, saved_at, saved_by, document } = members as Record<string, never>;
  return { revision: Number(revision), savedAt: String(saved_at), savedBy: saved_by ?? null, document: documentFrom(document ?? {}) };
}
