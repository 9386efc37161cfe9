/**
 * The journey document: a graph of nodes and edges with the messages it sends, as the engine validates and stores it.
 *
 * The types describe what the UI reads. The engine owns the rules; nothing here decides whether a journey is valid.
 */
import type { Channel } from "../client/types";
import type { LocalWindow, Weekday } from "../texts/words";
import type { Condition } from "./conditions";
import { isEdge, isNode, isNote, isPosition, isRecord } from "./shape";

interface NodeBase<Type extends string> {
  id: string;
  type: Type;
  title?: string | null;
  /** How often one enrollment may come here; needed somewhere in every loop. */
  max_visits?: number | null;
}

/** A way out that the author named. */
interface Way {
  id: string;
  title?: string | null;
}

export type Trigger =
  | { kind: "event"; event: string; where?: Condition | null }
  | { kind: "segment_entered"; segment: string }
  | ScheduleTrigger
  | { kind: "api" }
  | { kind: "audience"; audience?: Condition; at?: string | null };

interface ScheduleTrigger {
  kind: "schedule";
  at: string;
  zone?: string;
  weekdays?: readonly Weekday[];
  day_of_month?: number | null;
  audience?: Condition;
}

export interface EntryNode extends NodeBase<"entry"> {
  trigger: Trigger;
}
/** Exactly one of a duration, a local window, or a date of the profile. */
export interface DelayNode extends NodeBase<"delay"> {
  duration?: string | null;
  window?: LocalWindow | null;
  until_date?: { attribute: string; offset?: string; at?: string | null } | null;
  buffer?: boolean;
}
export interface AwaitedEvent {
  event: string;
  where?: Condition | null;
  message?: string | null;
  outlet?: string;
}
export interface WaitUntilNode extends NodeBase<"wait_until"> {
  events?: readonly AwaitedEvent[];
  condition?: Condition | null;
  timeout?: string | null;
  check_every?: string;
}
export type BranchWay = Way & { when?: Condition };
export type Share = Way & { share: number };
export interface BranchNode extends NodeBase<"branch"> {
  ways: readonly BranchWay[];
}
export interface SplitNode extends NodeBase<"split"> {
  shares: readonly Share[];
}
export interface HoldoutNode extends NodeBase<"holdout"> {
  /** Percent. */
  share: number;
}
export interface MessageNode extends NodeBase<"message"> {
  channel: Channel;
  message: string;
}
export interface UpdateProfileNode extends NodeBase<"update_profile"> {
  set?: Readonly<Record<string, unknown>>;
  remove?: readonly string[];
}
export interface WaitlistNode extends NodeBase<"waitlist"> {
  change: "add" | "remove";
  variant?: string | null;
  source?: string;
  state?: string;
}
export interface StartJourneyNode extends NodeBase<"start_journey"> {
  journey: string;
}
export interface GoalNode extends NodeBase<"goal"> {
  goal: string;
}
export interface ExitNode extends NodeBase<"exit"> {
  reason?: string;
}

export type JourneyNode =
  | EntryNode
  | DelayNode
  | WaitUntilNode
  | BranchNode
  | SplitNode
  | HoldoutNode
  | MessageNode
  | UpdateProfileNode
  | WaitlistNode
  | StartJourneyNode
  | GoalNode
  | ExitNode;

export type NodeType = JourneyNode["type"];
export type NodeOf<Type extends NodeType> = Extract<JourneyNode, { type: Type }>;

export interface JourneyEdge {
  source: string;
  outlet: string;
  target: string;
}

export interface Graph {
  nodes: readonly JourneyNode[];
  edges: readonly JourneyEdge[];
}

export type MessageContent = Readonly<Record<string, unknown>>;

/** The contents that message nodes send, by the name that the nodes use. */
export type Messages = Readonly<Record<string, MessageContent>>;

export interface Position {
  x: number;
  y: number;
}

/** A sticky note on the canvas: for those who edit, never for those who walk. */
export interface StickyNote extends Position {
  id: string;
  text: string;
  author?: string | null;
  at?: string | null;
}

export type Settings = Readonly<Record<string, unknown>>;

export interface JourneyDocument {
  schema: number;
  name: string;
  graph: Graph;
  messages: Messages;
  settings: Settings;
  /** Where the author put nodes. Nodes without a place stand where the layout puts them. */
  layout: Readonly<Record<string, Position>>;
  notes: readonly StickyNote[];
}

/**
 * The document as the API sent it; a draft may be as unfinished as its author likes. One that a program wrote may hold
 * anything: what could not be drawn is left out, so that the rest can be seen and mended.
 */
export function documentFrom(stored: Readonly<Record<string, unknown>>): JourneyDocument {
  const { schema, name, graph, messages, settings, layout, notes } = stored;
  const drawn = isRecord(graph) ? graph : {};
  return {
    ...stored,
    schema: typeof schema === "number" ? schema : 1,
    name: typeof name === "string" ? name : "",
    graph: { nodes: those(drawn["nodes"], isNode), edges: those(drawn["edges"], isEdge) },
    messages: named(messages, isRecord),
    settings: isRecord(settings) ? settings : {},
    layout: named(layout, isPosition),
    notes: those(notes, isNote),
  };
}

/** The members of a list that are what they should be; the list itself where all are. */
function those<One>(list: unknown, isOne: (one: unknown) => one is One): readonly One[] {
  if (!Array.isArray(list)) return [];
  const every: readonly unknown[] = list;
  return every.every(isOne) ? every : every.filter(isOne);
}

function named<One>(record: unknown, isOne: (one: unknown) => one is One): Readonly<Record<string, One>> {
  const every = Object.entries(isRecord(record) ? record : {});
  return Object.fromEntries(every.filter((one): one is [string, One] => isOne(one[1])));
}

export function nodeById(graph: Graph, id: string | null): JourneyNode | undefined {
  return graph.nodes.find((node) => node.id === id);
}

/** What a reader sees first of a message (a title, a subject, a text), each merge tag as {product name}. */
export function headline(content: MessageContent | undefined): string | undefined {
  const first = content?.["title"] ?? content?.["subject"] ?? content?.["text"] ?? content?.["url"];
  if (typeof first !== "string") return undefined;
  return templatePieces(first)
    .map(({ words, isTag }) => (isTag ? `{${tagName(words)}}` : words))
    .join("");
}

/** A stretch of a template text: plain words, or what stands inside a merge tag. */
export interface TemplatePiece {
  /** Where it starts in the text. */
  start: number;
  words: string;
  isTag: boolean;
}

/** "product name" for `product.name | upper`. */
function tagName(expression: string): string {
  return (expression.split("|")[0] ?? "").trim().replaceAll(/[._]/g, " ");
}

const MERGE_TAG = /\{\{(.*?)\}\}/g;

export function templatePieces(text: string): readonly TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  let end = 0;
  for (const { index, 0: tag, 1: inside = "" } of text.matchAll(MERGE_TAG)) {
    if (index > end) pieces.push({ start: end, words: text.slice(end, index), isTag: false });
    pieces.push({ start: index, words: inside.trim(), isTag: true });
    end = index + tag.length;
  }
  if (end < text.length) pieces.push({ start: end, words: text.slice(end), isTag: false });
  return pieces;
}
