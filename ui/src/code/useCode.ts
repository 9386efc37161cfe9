/**
 * A draft and its code, each following the other.
 *
 *     document ──pause──► POST /v1/journeys/code ──► text      unless the text says that document already
 *     text ────pause──► POST /v1/journeys/parse ──► problems on lines; the document, if it was typed and can be drawn
 *
 * What cannot be read changes nothing on the canvas: it stays in the pane with its problems until it can.
 */
import { useCallback, useEffect, useMemo, useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { CodeProblem, ProblemItem } from "../client/types";
import { documentFrom } from "../document/journey";
import { useDocument, useEditorStore } from "../editor/store";
import { keptCode, type Language } from "./kept";

const TYPING_PAUSE_MS = 350;
const GESTURE = "code";

export interface Code {
  /** Null until it was printed once. */
  text: string | null;
  problems: readonly CodeProblem[];
  /** Why the draft is too unfinished to be printed; the text is that of an earlier state then. */
  unprintable: readonly ProblemItem[];
  /** Why the server could not be asked. */
  failure: Problem | null;
  write: (text: string) => void;
}

export function useCode(journey: string, language: Language): Code {
  const store = useEditorStore();
  const document = useDocument();
  const kept = useMemo(() => keptCode(store, language), [store, language]);
  const [text, setText] = useState(kept.text);
  const [problems, setProblems] = useState<readonly CodeProblem[]>([]);
  const [unprintable, setUnprintable] = useState<readonly ProblemItem[]>([]);
  const [failure, setFailure] = useState<Problem | null>(null);

  useEffect(() => {
    if (document === kept.document) return;
    return later(kept.document === null ? 0 : TYPING_PAUSE_MS, setFailure, async (isCurrent) => {
      const before = kept.text;
      const printed = await read(api.POST("/v1/journeys/code", { body: { document: { ...document }, [language]: before } }));
      const next = printed[language];
      if (!isCurrent() || kept.text !== before) return;
      setUnprintable(printed.problems);
      if (next === null) return;
      Object.assign(kept, { text: next, isTyped: false, document, json: "" });
      setText(next);
    });
  }, [document, language, kept]);

  useEffect(() => {
    if (text === null) return;
    return later(kept.isTyped ? TYPING_PAUSE_MS : 0, setFailure, async (isCurrent) => {
      const found = await read(api.POST("/v1/journeys/parse", { body: { [language]: text, journey } }));
      if (!isCurrent()) return;
      setProblems(found.problems);
      if (found.document === null || !found.drawable) return;
      const json = JSON.stringify(found.document);
      if (kept.isTyped && json !== kept.json) {
        const next = documentFrom(found.document);
        kept.document = next;
        store.getState().edit(() => next, GESTURE);
      }
      kept.json = json;
      kept.isTyped = false;
    });
  }, [text, language, journey, kept, store]);

  const write = useCallback(
    (next: string) => {
      Object.assign(kept, { text: next, isTyped: true });
      setText(next);
    },
    [kept],
  );
  return { text, problems, unprintable, failure, write };
}

/** Ask after a pause; what is asked anew meanwhile makes the earlier answer moot. */
function later(
  pause: number,
  fail: (failure: Problem | null) => void,
  ask: (isCurrent: () => boolean) => Promise<void>,
): () => void {
  let isCurrent = true;
  const timer = setTimeout(() => {
    ask(() => isCurrent).then(
      () => isCurrent && fail(null),
      (error: unknown) => isCurrent && fail(Problem.of(error)),
    );
  }, pause);
  return () => {
    isCurrent = false;
    clearTimeout(timer);
  };
}
