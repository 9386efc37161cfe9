/** The way of one person over the canvas, as marks: in a simulation, and in a passage that happened. */
import { type JourneyDocument, nodeById } from "../document/journey";
import { lookOf } from "../nodes/registry";
import type { Marks, NodeMark } from "./flow";
import { edgeId } from "./layout";

/** A stay at a node: by which outlet the person left it, if she has, and whether the journey ended there. */
interface Step {
  node: string;
  outlet: string | null;
  ended: boolean;
}

/** What was walked lights up, with its edges; where the person stands, most of all; the rest steps back. */
export function marksOf(walk: readonly Step[], document: JourneyDocument): Marks {
  const marks = new Map<string, NodeMark>(document.graph.nodes.map(({ id }) => [id, "untouched"]));
  for (const step of walk) {
    marks.set(step.node, "walked");
    const edge = edgeOf(step, document);
    if (edge !== null) marks.set(edge, "walked");
  }
  const last = walk.at(-1);
  if (last !== undefined && !last.ended) marks.set(last.node, "here");
  return marks;
}

/** The edge by which a step was left: at its outlet, or at the one that it falls back to. */
function edgeOf({ node: source, outlet }: Step, { graph, messages }: JourneyDocument): string | null {
  const node = nodeById(graph, source);
  if (outlet === null || node === undefined) return null;
  const fallback = lookOf(node, messages).outlets.find(({ id }) => id === outlet)?.fallback;
  const drawn = [outlet, fallback].find((one) => graph.edges.some((edge) => edge.source === source && edge.outlet === one));
  return drawn === undefined ? null : edgeId({ source, outlet: drawn, target: "" });
}
