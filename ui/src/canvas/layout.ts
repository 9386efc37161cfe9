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
 *
 * A node that its author put somewhere stands there. Edges of such nodes turn halfway; one that leads back up goes
 * around the right side of both ends.
 */
import { Graph as LayoutGraph, layout } from "@dagrejs/dagre";

import type { Graph, JourneyEdge, Position } from "../document/journey";

export const NODE_WIDTH = 272;
const HEAD_HEIGHT = 58;
const COUNTS_HEIGHT = 44;
const REASONS_HEIGHT = 26;
const OUTLETS_HEIGHT = 29;
const RANK_GAP = 84;
const COLUMN_GAP = 44;

const STUB = 26;
const DETOUR = 36;

export type Point = Position;

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

/** How tall a card is: its head, its numbers with the reasons of drops where it has any, its outlets where they need names. */
function nodeHeight(outletCount: number, hasCounts: boolean, hasReasons: boolean): number {
  const counts = hasCounts ? COUNTS_HEIGHT + (hasReasons ? REASONS_HEIGHT : 0) : 0;
  return HEAD_HEIGHT + counts + (outletCount > 1 ? OUTLETS_HEIGHT : 0);
}

/** The places that the author chose, by node id. */
export type Places = Readonly<Record<string, Position>>;

const NO_PLACES: Places = {};

export function layoutJourney(graph: Graph, outlets: OutletOrder, hasCounts = true, places = NO_PLACES): JourneyLayout {
  const sizes = graph.nodes.map(({ id, type }) => ({ id, height: nodeHeight(outlets.get(id)?.length ?? 0, hasCounts, type === "message") }));
  const edges = inOutletOrder(graph, outlets);
  const first = graph.nodes.find(({ type }) => type === "entry") ?? graph.nodes[0];
  const tidy = arranged(sizes, edges, first?.id);
  if (Object.keys(places).length === 0) return tidy;
  const boxes = new Map([...tidy.boxes].map(([id, box]) => [id, { ...box, ...places[id] }]));
  const course = (edge: JourneyEdge): Course => {
    const [from, to] = [boxes.get(edge.source), boxes.get(edge.target)];
    const isMoved = edge.source in places || edge.target in places;
    if (isMoved && from !== undefined && to !== undefined) return freeCourse(from, to);
    return tidy.courses.get(edgeId(edge)) ?? { turns: [], lanes: [] };
  };
  return { boxes, courses: new Map(edges.map((edge) => [edgeId(edge), course(edge)])) };
}

type Sizes = readonly { id: string; height: number }[];

/** What was arranged last. Most edits change words or settings, and reckoning with 200 nodes is felt while one types. */
let last: { what: string; tidy: JourneyLayout } | undefined;

/** The nodes where nobody put them, the first one's upper middle at the origin. */
function arranged(sizes: Sizes, edges: readonly JourneyEdge[], first: string | undefined): JourneyLayout {
  const what = JSON.stringify([first, sizes, edges.map(({ source, outlet, target }) => [source, outlet, target])]);
  if (last?.what !== what) last = { what, tidy: arrange(sizes, edges, first) };
  return last.tidy;
}

function arrange(sizes: Sizes, edges: readonly JourneyEdge[], first: string | undefined): JourneyLayout {
  const drawing = new LayoutGraph({ multigraph: true });
  drawing.setGraph({ rankdir: "TB", ranksep: RANK_GAP, nodesep: COLUMN_GAP, edgesep: COLUMN_GAP });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id, height } of sizes) drawing.setNode(id, { width: NODE_WIDTH, height });
  for (const edge of edges) drawing.setEdge(edge.source, edge.target, {}, edgeId(edge));
  layout(drawing, { disableOptimalOrderHeuristic: true });
  const origin = originOf(first, drawing);
  return {
    boxes: new Map(sizes.map(({ id }) => [id, boxOf(drawing.node(id), origin)])),
    courses: new Map(edges.map((edge) => [edgeId(edge), courseOf(drawing.edge(edge.source, edge.target, edgeId(edge)).points, origin)])),
  };
}

/** The course between two boxes that stand anywhere: one turn halfway down, or around the right side and back up. */
export function freeCourse(from: Box, to: Box): Course {
  const below = from.y + from.height;
  if (to.y - below >= STUB) return { turns: [below + (to.y - below) / 2], lanes: [] };
  const right = Math.max(from.x + from.width, to.x + to.width) + DETOUR;
  return { turns: [below + STUB, to.y - STUB], lanes: [right] };
}

/** Edges between nodes that exist, those of one node from its leftmost outlet to its rightmost. */
function inOutletOrder(graph: Graph, outlets: OutletOrder): readonly JourneyEdge[] {
  const known = new Set(graph.nodes.map(({ id }) => id));
  const rank = ({ source, outlet }: JourneyEdge) => outlets.get(source)?.indexOf(outlet) ?? 0;
  return graph.edges
    .filter(({ source, target }) => known.has(source) && known.has(target))
    .toSorted((one, other) => rank(one) - rank(other));
}

/** The entry's middle, upper edge: it stays at the origin, so that a journey grows without jumping about. */
function originOf(first: string | undefined, drawing: LayoutGraph): Point {
  if (first === undefined) return { x: 0, y: 0 };
  const { x, y, height } = drawing.node(first) as Box;
  return { x, y: y - height / 2 };
}

function boxOf({ x, y, width, height }: Box, origin: Point): Box {
  return { x: x - width / 2 - origin.x, y: y - height / 2 - origin.y, width, height };
}

/** dagre's points alternate between the gaps (odd) and the ranks that the edge passes by (even, without both ends). */
function courseOf(points: readonly Point[], origin: Point): Course {
  const inner = points.slice(1, -1);
  return {
    turns: inner.filter((_, index) => index % 2 === 0).map(({ y }) => y - origin.y),
    lanes: inner.filter((_, index) => index % 2 === 1).map(({ x }) => x - origin.x),
  };
}
