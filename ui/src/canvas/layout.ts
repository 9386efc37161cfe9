/**
 * Where the nodes of a journey stand and which way its edges run, from top to bottom.
 *
 *     [ entry ]            rank 0
 *         |                gap: the edges of a node turn here, each at its own height
 *     [ message ]          rank 1
 *      /      \
 *   [exit]  [delay]        targets stand in the order of the outlets, left to right
 *
 * dagre ranks and orders the nodes. It is told not to re-order them for fewer crossings, since "sent" and "not sent"
 * that swap sides from one journey to the next are worse than a crossing.
 */
import { Graph as LayoutGraph, layout } from "@dagrejs/dagre";

import type { Graph, JourneyEdge } from "../document/journey";

export const NODE_WIDTH = 272;
const HEAD_HEIGHT = 58;
const COUNTS_HEIGHT = 44;
const OUTLETS_HEIGHT = 29;
const RANK_GAP = 84;
const COLUMN_GAP = 44;

export interface Point {
  x: number;
  y: number;
}

/** A node's place (its upper left corner) and size. */
export interface Box extends Point {
  width: number;
  height: number;
}

/** The heights at which an edge crosses from lane to lane, and the lanes that it takes between them. */
export interface Course {
  turns: readonly number[];
  lanes: readonly number[];
}

export interface JourneyLayout {
  boxes: ReadonlyMap<string, Box>;
  courses: ReadonlyMap<string, Course>;
}

/** The outlets of each node, left to right, by node id. */
export type OutletOrder = ReadonlyMap<string, readonly string[]>;

export function edgeId(edge: JourneyEdge): string {
  return `${edge.source}:${edge.outlet}`;
}

/** How tall a card is: its head, its numbers where there are any, its outlets where they need names. */
function nodeHeight(outletCount: number, hasCounts: boolean): number {
  return HEAD_HEIGHT + (hasCounts ? COUNTS_HEIGHT : 0) + (outletCount > 1 ? OUTLETS_HEIGHT : 0);
}

export function layoutJourney(graph: Graph, outlets: OutletOrder, hasCounts = true): JourneyLayout {
  const drawing = new LayoutGraph({ multigraph: true });
  drawing.setGraph({ rankdir: "TB", ranksep: RANK_GAP, nodesep: COLUMN_GAP, edgesep: COLUMN_GAP });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id } of graph.nodes) {
    drawing.setNode(id, { width: NODE_WIDTH, height: nodeHeight(outlets.get(id)?.length ?? 0, hasCounts) });
  }
  const edges = inOutletOrder(graph, outlets);
  for (const edge of edges) drawing.setEdge(edge.source, edge.target, {}, edgeId(edge));
  layout(drawing, { disableOptimalOrderHeuristic: true });

  return {
    boxes: new Map(graph.nodes.map(({ id }) => [id, boxOf(drawing.node(id))])),
    courses: new Map(edges.map((edge) => [edgeId(edge), courseOf(drawing.edge(edge.source, edge.target, edgeId(edge)).points)])),
  };
}

/** Edges between nodes that exist, those of one node from its leftmost outlet to its rightmost. */
function inOutletOrder(graph: Graph, outlets: OutletOrder): readonly JourneyEdge[] {
  const known = new Set(graph.nodes.map(({ id }) => id));
  const rank = ({ source, outlet }: JourneyEdge) => outlets.get(source)?.indexOf(outlet) ?? 0;
  return graph.edges
    .filter(({ source, target }) => known.has(source) && known.has(target))
    .toSorted((one, other) => rank(one) - rank(other));
}

function boxOf({ x, y, width, height }: Box): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** dagre's points alternate between the gaps (odd) and the ranks that the edge passes by (even, without both ends). */
function courseOf(points: readonly Point[]): Course {
  const inner = points.slice(1, -1);
  return {
    turns: inner.filter((_, index) => index % 2 === 0).map(({ y }) => y),
    lanes: inner.filter((_, index) => index % 2 === 1).map(({ x }) => x),
  };
}
