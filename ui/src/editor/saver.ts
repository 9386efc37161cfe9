/**
 * Saving without being asked.
 *
 *     saved ──edit──► waiting ──pause──► saving ──► saved
 *                        ▲                 │ no answer for a while → slow: said, and awaited further
 *                        │                 │ none at all, or server away → offline, tried again
 *                        └─────────────────┤ somebody else saved → conflict, the author decides
 *                                          └ refused → the server's words, tried again after the next edit
 *
 * One request at a time. The revision names the state that the author began from, so that nobody's work is overwritten
 * unseen and a request that arrives late is refused. One without an answer may have been carried out all the same: where
 * the server then holds what was sent to it, that is no conflict. What is not saved yet survives a closed tab in the
 * browser's storage.
 */
import { Problem } from "../client/problem";
import type { JourneyDocument } from "../document/journey";
import { type Began, type Conflict, conflictOf, isHeld, sendDraft } from "./draft";
import { forgetDraft, keepDraft } from "./keptDraft";
import type { EditorStore } from "./store";

export type SaveState =
  | { kind: "saved"; at: string | null }
  | { kind: "waiting" }
  | { kind: "saving"; isSlow: boolean }
  | { kind: "offline" }
  | { kind: "refused"; problem: Problem }
  | { kind: "conflict"; conflict: Conflict };

/** How far saving has come. */
export interface Progress {
  state: SaveState;
  revision: number;
}

const PAUSE_MS = 700;
const RETRY_MS = 3_000;
/** After so long the author is told that the server is slow. */
export const SLOW_MS = 4_000;
/** After so long no answer is awaited any more. */
export const PATIENCE_MS = 30_000;

export class Saver {
  private progress: Progress;
  private saved: { document: JourneyDocument; at: string | null };
  /** What was sent and never answered: the server may hold it. */
  private readonly unanswered = new Set<JourneyDocument>();
  private running: Promise<number | null> = Promise.resolve(null);
  private next: Promise<number | null> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isWatching = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly store: EditorStore,
    private readonly journeyId: string,
    { revision, savedAt, document, kept }: Began,
    private readonly onSaved: () => void,
  ) {
    this.progress = { state: { kind: "saved", at: savedAt }, revision };
    this.saved = { document, at: savedAt };
    if (kept !== null) this.unanswered.add(kept);
  }

  readonly now = (): Progress => this.progress;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Save what is not saved yet and whatever is edited from now on; what is returned ends that, with a last save. */
  watch(): () => void {
    this.isWatching = true;
    const unsubscribe = this.store.subscribe(({ history }, before) => {
      if (history.present !== before.history.present) this.edited(history.present);
    });
    const online = () => void this.flush();
    const warn = (event: BeforeUnloadEvent) => {
      if (this.present !== this.saved.document) event.preventDefault();
    };
    globalThis.addEventListener("online", online);
    globalThis.addEventListener("beforeunload", warn);
    void this.flush();
    return () => {
      this.isWatching = false;
      unsubscribe();
      globalThis.removeEventListener("online", online);
      globalThis.removeEventListener("beforeunload", warn);
      void this.flush();
    };
  }

  /** Save what is not saved yet, now; settles with the revision that holds everything, or null where there is none. */
  readonly flush = (): Promise<number | null> => {
    clearTimeout(this.timer);
    this.next ??= this.running.then(() => {
      this.next = null;
      this.running = this.save();
      return this.running;
    });
    return this.next;
  };

  /** Settle a conflict: keep mine over theirs, or take theirs. Undo brings the other one back. */
  settle(isMine: boolean): void {
    const { state } = this.progress;
    if (state.kind !== "conflict") return;
    const { document, revision, savedAt } = state.conflict;
    const { history, replace } = this.store.getState();
    replace(document);
    if (isMine) replace(history.present);
    this.accept(document, revision, savedAt);
    if (isMine) void this.flush();
  }

  private get present(): JourneyDocument {
    return this.store.getState().history.present;
  }

  private edited(present: JourneyDocument): void {
    const { kind } = this.progress.state;
    if (kind === "conflict") return;
    keepDraft(this.journeyId, this.progress.revision, present);
    if (kind !== "offline" && kind !== "saving") this.show({ kind: "waiting" });
    this.flushIn(PAUSE_MS);
  }

  private async save(): Promise<number | null> {
    const document = this.present;
    const { state, revision } = this.progress;
    if (state.kind === "conflict") return null;
    if (document === this.saved.document && this.unanswered.size === 0) {
      if (state.kind !== "saved") this.accept(document, revision, this.saved.at); // it was edited and put back
      return revision;
    }
    const isAway = state.kind === "offline";
    if (!isAway) this.show({ kind: "saving", isSlow: false });
    const slow = setTimeout(() => !isAway && this.show({ kind: "saving", isSlow: true }), SLOW_MS);
    const limit = new AbortController();
    const patience = setTimeout(() => limit.abort(), PATIENCE_MS);
    try {
      const answer = await sendDraft(this.journeyId, document, revision, limit.signal);
      this.accept(document, answer.revision, answer.saved_at);
      this.onSaved();
      return answer.revision;
    } catch (error) {
      return this.failed(Problem.of(error), document);
    } finally {
      clearTimeout(slow);
      clearTimeout(patience);
    }
  }

  private failed(problem: Problem, document: JourneyDocument): Promise<number | null> | null {
    const conflict = conflictOf(problem);
    const mine = conflict && [...this.unanswered, document].find((sent) => isHeld(conflict.document, sent));
    if (conflict !== null && mine != null) {
      this.accept(mine, conflict.revision, conflict.savedAt);
      return this.save();
    }
    if (conflict !== null) this.show({ kind: "conflict", conflict });
    else if (problem.isTemporary || problem.isSignedOut) {
      this.unanswered.add(document);
      this.show({ kind: "offline" });
      this.flushIn(RETRY_MS);
    } else this.show({ kind: "refused", problem });
    return null;
  }

  /** The server holds this document now. What was edited meanwhile comes next. */
  private accept(document: JourneyDocument, revision: number, at: string | null): void {
    this.saved = { document, at };
    this.unanswered.clear();
    if (this.present === document) {
      clearTimeout(this.timer);
      forgetDraft(this.journeyId);
      this.show({ kind: "saved", at }, revision);
    } else {
      keepDraft(this.journeyId, revision, this.present);
      this.show({ kind: "waiting" }, revision);
      this.flushIn(PAUSE_MS);
    }
  }

  private flushIn(pause: number): void {
    clearTimeout(this.timer);
    if (this.isWatching) this.timer = setTimeout(() => void this.flush(), pause);
  }

  private show(state: SaveState, revision = this.progress.revision): void {
    this.progress = { state, revision };
    for (const listen of this.listeners) listen();
  }
}
