/** The journey document and its live numbers as what React Flow draws. */
import type { Edge, Node } from "@xyflow/react";

import type { JourneyCounts, NodeCounts } from "../client/types";
import type { Graph, JourneyDocument, JourneyEdge, StickyNote } from "../document/journey";
import { readingOrder } from "../edits/neighbours";
import type { Outlet } from "../nodes/face";
import type { NodeLook } from "../nodes/registry";
import { nameOf, t } from "../texts/texts";
import { handlesOf } from "./handles";
import { type Course, edgeId, type JourneyLayout, layoutJourney, type Point } from "./layout";
import type { Departure } from "./route";
import { Steady, steadyLook } from "./steady";

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
  /** Whether the edge can be edited, and what it is called then. */
  addTitle?: string;
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
  const looks = new Map(graph.nodes.map((node) => [node.id, withAllOutlets(steadyLook(node, messages), node.id, graph.edges)]));
  const outlets = new Map([...looks].map(([id, look]) => [id, look.outlets.map((outlet) => outlet.id)]));
  return { graph, hasCounts, looks, layout: layoutJourney(graph, outlets, hasCounts, places) };
}

/** Outlets that only edges tell: those of an unknown type, and the way out of a node that was visited too often. */
function withAllOutlets(look: NodeLook, id: string, edges: readonly JourneyEdge[]): NodeLook {
  const known = new Set(look.outlets.map((outlet) => outlet.id));
  const extra: Outlet[] = edges
    .filter(({ source, outlet }) => source === id && !known.has(outlet))
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

const drawnCards = new Steady<NodeLook, CardNode>();
const drawnCourses = new Steady<Course, CourseEdge>();

/** The cards in reading order, so that the Tab key goes down the journey. */
export function cardNodes(drawing: Drawing, { counts, selection, problems, marks, isFar = false }: Adornments): CardNode[] {
  const ways = new Map(drawing.graph.nodes.map(({ id }) => [id, new Set<string>()]));
  for (const { source, outlet } of drawing.graph.edges) ways.get(source)?.add(outlet);
  return readingOrder(drawing.layout.boxes).flatMap((id) => {
    const look = drawing.looks.get(id);
    const box = drawing.layout.boxes.get(id);
    if (look === undefined || box === undefined) return [];
    const connected = ways.get(id) ?? new Set();
    const { width, height } = box;
    const data: CardData = {
      look,
      hasCounts: drawing.hasCounts,
      counts: counts && (counts.nodes[id] ?? NOBODY),
      isFar,
      connected,
      problem: problems?.get(id),
      mark: marks?.get(id),
    };
    return drawnCards.of(look, {
      id,
      type: "card" as const,
      position: { x: box.x, y: box.y },
      width,
      height,
      measured: { width, height },
      handles: handlesOf({ width, height, data }),
      ...(isFar && { style: flatAt(box) }),
      selected: selection.has(id),
      ariaLabel: `${look.title}. ${look.summary}`,
      data,
    });
  });
}

/** Put by its corner, not by a transform: two hundred transforms are two hundred layers to reckon with for each frame. */
export function flatAt({ x, y }: Point): { transform: string; left: number; top: number } {
  return { transform: "none", left: x, top: y };
}

const NOBODY: NodeCounts = { entered: 0, waiting: 0, passed: 0, dropped: {} };

export function courseEdges(drawing: Drawing, counts: JourneyCounts | undefined): CourseEdge[] {
  const numbers = new Map(counts?.edges.map((edge) => [`${edge.source}:${edge.outlet}`, edge.count]));
  return drawing.graph.edges.flatMap((edge) => {
    const id = edgeId(edge);
    const course = drawing.layout.courses.get(id);
    const outlets = drawing.looks.get(edge.source)?.outlets ?? [];
    if (course === undefined) return [];
    const count = counts && (numbers.get(id) ?? 0);
    const left = outlets.reduce((sum, outlet) => sum + (numbers.get(`${edge.source}:${outlet.id}`) ?? 0), 0);
    const departure = { index: outlets.findIndex((outlet) => outlet.id === edge.outlet), count: outlets.length };
    return drawnCourses.of(course, {
      id,
      type: "course" as const,
      source: edge.source,
      sourceHandle: edge.outlet,
      target: edge.target,
      focusable: false,
      data: {
        course,
        departure,
        count,
        share: left === 0 ? 0 : (count ?? 0) / left,
        addTitle: t("canvas.addBetween", {
          step: drawing.looks.get(edge.source)?.title ?? edge.source,
          outlet: outlets[departure.index]?.label ?? edge.outlet,
          next: drawing.looks.get(edge.target)?.title ?? edge.target,
        }),
      },
    });
  });
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
