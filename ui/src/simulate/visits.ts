/**
 * The trail of a simulation as visits: one for each time that the person came to a step, with what became of it there.
 * Two walks are compared visit by visit.
 */
import type { Marks, NodeMark } from "../canvas/flow";
import { edgeId } from "../canvas/layout";
import type { Trial } from "../client/types";
import { type JourneyDocument, nodeById } from "../document/journey";
import { lookOf } from "../nodes/registry";

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

/** What was walked lights up, with its edges; where the person stands, most of all; the rest steps back. */
export function marksOf(visits: readonly Visit[], document: JourneyDocument): Marks {
  const marks = new Map<string, NodeMark>(document.graph.nodes.map(({ id }) => [id, "untouched"]));
  for (const visit of visits) {
    marks.set(visit.node, "walked");
    const edge = edgeOf(visit, document);
    if (edge !== null) marks.set(edge, "walked");
  }
  const last = visits.at(-1);
  if (last !== undefined && !last.ended) marks.set(last.node, "here");
  return marks;
}

/** The edge by which a visit ended: at its outlet, or at the one that it falls back to. */
function edgeOf({ node: source, outlet }: Visit, { graph, messages }: JourneyDocument): string | null {
  const node = nodeById(graph, source);
  if (outlet === null || node === undefined) return null;
  const fallback = lookOf(node, messages).outlets.find(({ id }) => id === outlet)?.fallback;
  const drawn = [outlet, fallback].find((one) => graph.edges.some((edge) => edge.source === source && edge.outlet === one));
  return drawn === undefined ? null : edgeId({ source, outlet: drawn, target: "" });
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
