/**
 * The journey document: a graph of nodes and edges with the messages it sends, as the engine validates and stores it.
 *
 * The types describe what the UI reads. The engine owns the rules; nothing here decides whether a journey is valid.
 */
import type { Channel } from "../client/types";
import type { LocalWindow, Weekday } from "../texts/words";

interface NodeBase<Type extends string> {
  id: string;
  type: Type;
  title?: string | null;
}

/** A way out that the author named. */
interface Way {
  id: string;
  title?: string | null;
}

export type Trigger =
  | { kind: "event"; event: string }
  | { kind: "segment_entered"; segment: string }
  | { kind: "schedule"; at: string; zone?: string; weekdays?: readonly Weekday[]; day_of_month?: number | null }
  | { kind: "api" }
  | { kind: "audience"; at?: string | null };

export interface EntryNode extends NodeBase<"entry"> {
  trigger: Trigger;
}
/** Exactly one of a duration, a local window, or a date of the profile. */
export interface DelayNode extends NodeBase<"delay"> {
  duration?: string | null;
  window?: LocalWindow | null;
  until_date?: { attribute: string; offset?: string } | null;
}
export interface WaitUntilNode extends NodeBase<"wait_until"> {
  events?: readonly { event: string; outlet?: string }[];
  condition?: object | null;
  timeout?: string | null;
}
export interface BranchNode extends NodeBase<"branch"> {
  ways: readonly Way[];
}
export interface SplitNode extends NodeBase<"split"> {
  shares: readonly (Way & { share: number })[];
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

export interface JourneyDocument {
  schema: number;
  name: string;
  graph: Graph;
  messages: Messages;
}

/** The document as the API sent it: valid by the engine's word when it was stored. */
export function documentFrom(stored: Readonly<Record<string, unknown>>): JourneyDocument {
  const { graph, messages = {}, schema = 1, name = "" } = stored as unknown as Partial<JourneyDocument>;
  return { schema, name, graph: { nodes: graph?.nodes ?? [], edges: graph?.edges ?? [] }, messages };
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
