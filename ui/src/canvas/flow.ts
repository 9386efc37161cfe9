/** The journey document and its live numbers as what React Flow draws. */
import type { Edge, Node } from "@xyflow/react";

import type { JourneyCounts, NodeCounts } from "../client/types";
import type { Graph, JourneyDocument, JourneyEdge, JourneyNode, StickyNote } from "../document/journey";
import { readingOrder } from "../edits/neighbours";
import type { Outlet } from "../nodes/face";
import type { NodeLook } from "../nodes/registry";
import { nameOf, t } from "../texts/texts";
import { handlesOf } from "./handles";
import { type Box, type Course, edgeId, type JourneyLayout, layoutJourney, type Point } from "./layout";
import type { Departure } from "./route";
import { Steady, steadyList, steadyLook } from "./steady";

export interface NodeProblem {
  isBlocking: boolean;
  words: string;
}

export type NodeMark = "added" | "changed" | "walked" | "here" | "untouched";

export interface CardData extends Record<string, unknown> {
  look: NodeLook;
  hasCounts: boolean;
  /** Undefined until the numbers have come. */
  counts: NodeCounts | undefined;
  /** What is wrong with the node, in the draft. */
  problem?: NodeProblem | undefined;
  /** What became of the node since the live version, where versions are compared; or its part in a simulation. */
  mark?: NodeMark | undefined;
  /** Too far away for words: the overview draws the card. */
  isFar: boolean;
  /** Outlets with an edge; of the others, those without a fallback are shown as open ends. */
  connected: ReadonlySet<string>;
}

export interface CourseData extends Record<string, unknown> {
  course: Course;
  departure: Departure;
  count: number | undefined;
  /** Share of all who left the source by this outlet, for the weight of the line. */
  share: number;
  /** What the outlet is called. */
  outlet: string;
  /** A step that is dragged over the edge would be put into it. */
  isTarget?: boolean;
  /** Walked in a simulation. */
  isWalked?: boolean;
}

export interface NoteData extends Record<string, unknown> {
  note: StickyNote;
}

export type CardNode = Node<CardData, "card">;
export type NoteNode = Node<NoteData, "note">;
export type CourseEdge = Edge<CourseData, "course">;

/** What does not change while numbers do: looks and places. A draft has no numbers. */
export interface Drawing {
  graph: Graph;
  hasCounts: boolean;
  looks: ReadonlyMap<string, NodeLook>;
  layout: JourneyLayout;
}

export function drawingOf({ graph, messages, layout: places }: JourneyDocument, hasCounts: boolean): Drawing {
  const leaving = bySource(graph.edges);
  const looks = new Map(graph.nodes.map((node) => [node.id, withAllOutlets(steadyLook(node, messages), leaving.get(node.id) ?? [])]));
  const outlets = new Map([...looks].map(([id, look]) => [id, look.outlets.map((outlet) => outlet.id)]));
  return { graph, hasCounts, looks, layout: layoutJourney(graph, outlets, hasCounts, places) };
}

function bySource(edges: readonly JourneyEdge[]): ReadonlyMap<string, readonly JourneyEdge[]> {
  const leaving = new Map<string, JourneyEdge[]>();
  for (const edge of edges) {
    const known = leaving.get(edge.source);
    if (known === undefined) leaving.set(edge.source, [edge]);
    else known.push(edge);
  }
  return leaving;
}

/** Outlets that only edges tell: those of an unknown type, and the way out of a node that was visited too often. */
function withAllOutlets(look: NodeLook, leaving: readonly JourneyEdge[]): NodeLook {
  const extra: Outlet[] = leaving
    .filter(({ outlet }) => look.outlets.every(({ id }) => id !== outlet))
    .map(({ outlet }) => ({ id: outlet, label: nameOf("outlet", outlet) }));
  return extra.length === 0 ? look : { ...look, outlets: [...look.outlets, ...extra] };
}

export type Problems = ReadonlyMap<string, NodeProblem>;
/** By node id; a walked edge is marked by its own id. */
export type Marks = ReadonlyMap<string, NodeMark>;

interface Adornments {
  counts?: JourneyCounts | undefined;
  selection: ReadonlySet<string>;
  problems?: Problems | undefined;
  marks?: Marks | undefined;
  isFar?: boolean;
}

/** What a card is drawn from. */
interface AboutCard extends CardData {
  box: Box;
  selected: boolean;
}

const drawnCards = new Steady<JourneyNode, AboutCard, CardNode>();

/** The cards in reading order, so that the Tab key goes down the journey. */
export function cardNodes(drawing: Drawing, { counts, selection, problems, marks, isFar = false }: Adornments): CardNode[] {
  const leaving = bySource(drawing.graph.edges);
  const nodes = new Map(drawing.graph.nodes.map((node) => [node.id, node]));
  return readingOrder(drawing.layout.boxes).flatMap((id) => {
    const node = nodes.get(id);
    const look = drawing.looks.get(id);
    const box = drawing.layout.boxes.get(id);
    if (node === undefined || look === undefined || box === undefined) return [];
    const about: AboutCard = {
      look,
      box,
      selected: selection.has(id),
      hasCounts: drawing.hasCounts,
      counts: counts && (counts.nodes[id] ?? NOBODY),
      isFar,
      connected: new Set(leaving.get(id)?.map(({ outlet }) => outlet)),
      problem: problems?.get(id),
      mark: marks?.get(id),
    };
    return drawnCards.of(node, about, (one) => cardOf(id, one));
  });
}

function cardOf(id: string, { box, selected, ...data }: AboutCard): CardNode {
  const { x, y, width, height } = box;
  return {
    id,
    type: "card",
    position: { x, y },
    width,
    height,
    measured: { width, height },
    handles: handlesOf({ width, height, data }),
    ...(data.isFar && { style: flatAt(box) }),
    selected,
    ariaLabel: `${data.look.title}. ${data.look.summary}`,
    data,
  };
}

/** Put by its corner, not by a transform: two hundred transforms are two hundred layers to reckon with for each frame. */
export function flatAt({ x, y }: Point): { transform: string; left: number; top: number } {
  return { transform: "none", left: x, top: y };
}

const NOBODY: NodeCounts = { entered: 0, waiting: 0, passed: 0, dropped: {} };

const drawnCourses = new Steady<JourneyEdge, CourseData, CourseEdge>();
let lastCourses: CourseEdge[] = [];

export function courseEdges(drawing: Drawing, counts: JourneyCounts | undefined): CourseEdge[] {
  const numbers = new Map(counts?.edges.map((edge) => [`${edge.source}:${edge.outlet}`, edge.count]));
  const courses = drawing.graph.edges.flatMap((edge) => {
    const { source, outlet, target } = edge;
    const id = edgeId(edge);
    const course = drawing.layout.courses.get(id);
    const outlets = drawing.looks.get(source)?.outlets ?? [];
    if (course === undefined) return [];
    const count = counts && (numbers.get(id) ?? 0);
    const left = count === undefined ? 0 : outlets.reduce((sum, one) => sum + (numbers.get(`${source}:${one.id}`) ?? 0), 0);
    const departure = { index: outlets.findIndex((one) => one.id === outlet), count: outlets.length };
    const label = outlets[departure.index]?.label ?? outlet;
    const about: CourseData = { course, departure, count, share: left === 0 ? 0 : (count ?? 0) / left, outlet: label };
    return drawnCourses.of(edge, about, (data) => ({ id, type: "course", source, sourceHandle: outlet, target, focusable: false, data }));
  });
  lastCourses = steadyList(lastCourses, courses);
  return lastCourses;
}

export const NOTE_SIZE = { width: 208, height: 132 } as const;

export function noteNodes(notes: readonly StickyNote[], selection: ReadonlySet<string>): NoteNode[] {
  return notes.map((note) => ({
    id: note.id,
    type: "note" as const,
    position: { x: note.x, y: note.y },
    ...NOTE_SIZE,
    measured: NOTE_SIZE,
    selected: selection.has(note.id),
    ariaLabel: `${t("note.label")}. ${note.text}`,
    connectable: false,
    zIndex: -1,
    data: { note },
  }));
}

export function droppedTotal(counts: NodeCounts): number {
  return Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
}
