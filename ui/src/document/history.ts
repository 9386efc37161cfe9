/**
 * Undo and redo by snapshots. A document is immutable data, so that a snapshot costs a reference.
 *
 *     past … before | present | after … future
 *
 * One action of the author is one step. Keystrokes in one field share a `gesture`; edits of the same gesture in a row
 * take each other's place until the gesture is sealed.
 */
export interface History<Snapshot> {
  past: readonly Snapshot[];
  present: Snapshot;
  future: readonly Snapshot[];
  gesture: string | null;
}

export function beginHistory<Snapshot>(present: Snapshot): History<Snapshot> {
  return { past: [], present, future: [], gesture: null };
}

/** The history after an edit; the same history where nothing changed. */
export function recorded<Snapshot>(
  history: History<Snapshot>,
  next: Snapshot,
  gesture: string | null = null,
): History<Snapshot> {
  if (next === history.present) return history;
  const isContinued = gesture !== null && gesture === history.gesture;
  const past = isContinued ? history.past : [...history.past, history.present];
  return { past, present: next, future: [], gesture };
}

/** The next edit begins a step of its own, whatever its gesture. */
export function sealed<Snapshot>(history: History<Snapshot>): History<Snapshot> {
  return history.gesture === null ? history : { ...history, gesture: null };
}

export function undone<Snapshot>(history: History<Snapshot>): History<Snapshot> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], gesture: null };
}

export function redone<Snapshot>(history: History<Snapshot>): History<Snapshot> {
  const [after, ...future] = history.future;
  if (after === undefined) return history;
  return { past: [...history.past, history.present], present: after, future, gesture: null };
}
