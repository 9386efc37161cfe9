/**
 * The trail of a simulation as visits: one for each time that the person came to a step, with what became of it there.
 * Two walks are compared visit by visit.
 */
import type { Trial } from "../client/types";

export interface Visit {
  node: string;
  /** When the person came, and when they went on; null while they still stand there. */
  at: string;
  leftAt: string | null;
  outlet: string | null;
  reason: string | null;
  ended: boolean;
  sends: Trial["sends"];
}

export function visitsOf({ steps, sends }: Trial): readonly Visit[] {
  const visits: Visit[] = [];
  const taken = new Set<Trial["sends"][number]>();
  for (const step of steps) {
    const last = visits.at(-1);
    const visit = last !== undefined && last.node === step.node && last.leftAt === null ? last : begun(step);
    if (visit !== last) visits.push(visit);
    if (step.act !== "took" && step.act !== "ended") continue;
    visit.leftAt = step.at;
    visit.outlet = step.outlet;
    visit.reason = step.reason;
    visit.ended = step.act === "ended";
    visit.sends = sends.filter((send) => !taken.has(send) && send.node === step.node && send.at <= step.at);
    for (const send of visit.sends) taken.add(send);
  }
  return visits;
}

function begun({ node, at }: Trial["steps"][number]): Visit {
  return { node, at, leftAt: null, outlet: null, reason: null, ended: false, sends: [] };
}

export interface Difference {
  /** Places in the new walk that the former did not have. */
  fresh: ReadonlySet<number>;
  /** Visits of the former walk that are no more. */
  gone: readonly Visit[];
}

/** What is different from the walk before: another step, another way out, or another time of going. */
export function differenceOf(before: readonly Visit[], after: readonly Visit[]): Difference {
  const [former, present] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return {
    fresh: new Set(after.flatMap((visit, place) => (former.has(keyOf(visit)) ? [] : [place]))),
    gone: before.filter((visit) => !present.has(keyOf(visit))),
  };
}

function keyOf({ node, outlet, reason, ended }: Visit): string {
  return JSON.stringify([node, outlet, reason, ended]);
}
