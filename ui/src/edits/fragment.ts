/** Parts of a journey as JSON text: for the clipboard, across journeys and browser tabs, and for duplicating. */
import type { JourneyDocument, JourneyEdge, JourneyNode, Messages, Position } from "../document/journey";
import { isEdge, isListOf, isNode, isPosition, isRecord, isRecordOf } from "../document/shape";
import { freshName } from "./names";

export interface Fragment {
  nodes: readonly JourneyNode[];
  edges: readonly JourneyEdge[];
  messages: Messages;
  layout: Readonly<Record<string, Position>>;
}

const MARK = "waitline/steps@1";

/** These nodes with the edges among them and the messages that they send. The entry stays: a journey has one. */
export function fragmentOf(document: JourneyDocument, ids: ReadonlySet<string>): Fragment {
  const nodes = document.graph.nodes.filter((node) => ids.has(node.id) && node.type !== "entry");
  const taken = new Set(nodes.map(({ id }) => id));
  const sent = new Set(nodes.flatMap((node) => (node.type === "message" ? [node.message] : [])));
  return {
    nodes,
    edges: document.graph.edges.filter(({ source, target }) => taken.has(source) && taken.has(target)),
    messages: Object.fromEntries(Object.entries(document.messages).filter(([name]) => sent.has(name))),
    layout: Object.fromEntries(Object.entries(document.layout).filter(([id]) => taken.has(id))),
  };
}

export function fragmentText(fragment: Fragment): string {
  return JSON.stringify({ kind: MARK, ...fragment }, null, 2);
}

/** The fragment that a text holds, or null where it holds none: pasted prose is no mistake of the author. */
export function fragmentFrom(text: string): Fragment | null {
  const given = parsed(text);
  if (given === null || given["kind"] !== MARK) return null;
  const { nodes, edges, messages = {}, layout = {} } = given;
  if (!isListOf(nodes, isNode) || nodes.some(({ type }) => type === "entry") || !isListOf(edges, isEdge)) return null;
  return isRecordOf(messages, isRecord) && isRecordOf(layout, isPosition) ? { nodes, edges, messages, layout } : null;
}

export interface Pasted {
  document: JourneyDocument;
  /** The ids of the new nodes. */
  ids: readonly string[];
}

/** The document with the fragment in it, under names that are free here, its places moved by `by`. */
export function pasted(document: JourneyDocument, fragment: Fragment, by: Position): Pasted {
  const names = renamed(fragment.nodes.map(({ id }) => id), document.graph.nodes.map(({ id }) => id));
  const messageNames = renamed(Object.keys(fragment.messages), Object.keys(document.messages));
  const nodes = fragment.nodes.map((node) => inItsPlace(node, names, messageNames));
  const edges = fragment.edges.flatMap(({ source, outlet, target }) => {
    const [from, to] = [names.get(source), names.get(target)];
    return from === undefined || to === undefined ? [] : { source: from, outlet, target: to };
  });
  const places = Object.entries(fragment.layout).flatMap(([id, { x, y }]) => {
    const name = names.get(id);
    return name === undefined ? [] : [[name, { x: x + by.x, y: y + by.y }] as const];
  });
  const messages = Object.entries(fragment.messages).map(([name, content]) => [messageNames.get(name) ?? name, content] as const);
  return {
    document: {
      ...document,
      graph: { nodes: [...document.graph.nodes, ...nodes], edges: [...document.graph.edges, ...edges] },
      messages: { ...document.messages, ...Object.fromEntries(messages) },
      layout: { ...document.layout, ...Object.fromEntries(places) },
    },
    ids: nodes.map(({ id }) => id),
  };
}

/** The node under its new name, with every reference to what came along following. */
function inItsPlace(node: JourneyNode, names: ReadonlyMap<string, string>, messages: ReadonlyMap<string, string>): JourneyNode {
  const id = names.get(node.id) ?? node.id;
  if (node.type === "message") return { ...node, id, message: messages.get(node.message) ?? node.message };
  if (node.type !== "wait_until") return { ...node, id };
  const events = node.events?.map((awaited) =>
    awaited.message == null ? awaited : { ...awaited, message: names.get(awaited.message) ?? awaited.message },
  );
  return { ...node, id, ...(events && { events }) };
}

function renamed(wishes: readonly string[], taken: readonly string[]): ReadonlyMap<string, string> {
  const used = new Set(taken);
  return new Map(
    wishes.map((wish) => {
      const name = freshName(wish, used);
      used.add(name);
      return [wish, name];
    }),
  );
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
