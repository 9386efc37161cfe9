/** The saver of an editing session, as components see it. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import type { Began } from "./draft";
import { type Progress, Saver } from "./saver";
import type { EditorStore } from "./store";

export interface Autosave extends Progress {
  /** Save what is not saved yet, now; settles with the revision that holds everything. */
  flush: () => Promise<number | null>;
  /** Settle a conflict: keep mine over theirs, or take theirs. */
  keepMine: () => void;
  takeTheirs: () => void;
}

export function useAutosave(store: EditorStore, journeyId: string, began: Began): Autosave {
  const queries = useQueryClient();
  const [saver] = useState(
    () => new Saver(store, journeyId, began, () => void queries.invalidateQueries({ queryKey: ["journeys", journeyId, "draft-checks"] })),
  );
  const progress = useSyncExternalStore(saver.subscribe, saver.now);
  useEffect(() => saver.watch(), [saver]);
  return useMemo(
    () => ({ ...progress, flush: saver.flush, keepMine: () => saver.settle(true), takeTheirs: () => saver.settle(false) }),
    [progress, saver],
  );
}
