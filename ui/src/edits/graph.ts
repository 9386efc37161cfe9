/**
 * Edits of the graph: pure functions from a document to the next one. Each keeps the graph whole: no edge without both of
 * its ends, at most one edge an outlet, no message that lost its last sender.
 */
import type { JourneyDocument, JourneyEdge, JourneyNode, MessageContent, Position } from "../document/journey";
import { isKnown, outletIds } from "../nodes/registry";

export interface Outlet {
  source: string;
  outlet: string;
}

/** A new node, the message that it sends if it sends one, and where it is put. */
export interface Addition {
  node: JourneyNode;
  content?: MessageContent | undefined;
  /** A place chosen by hand; without one the layout finds it. */
  at?: Position | undefined;
}

export function edgeAt(document: JourneyDocument, { source, outlet }: Outlet): JourneyEdge | undefined {
  return document.graph.edges.find((edge) => edge.source === source && edge.outlet === outlet);
}

/** Put a node on the canvas, connected to nothing. */
export function added(document: JourneyDocument, { node, content, at }: Addition): JourneyDocument {
  const messages =
    node.type === "message" && content !== undefined ? { ...document.messages, [node.message]: content } : document.messages;
  const layout = at === undefined ? document.layout : { ...document.layout, [node.id]: at };
  return { ...document, graph: { ...document.graph, nodes: [...document.graph.nodes, node] }, messages, layout };
}

/** Put a node behind an outlet. What followed there follows the new node, unless nothing can follow it. */
export function inserted(document: JourneyDocument, addition: Addition, after: Outlet): JourneyDocument {
  const follower = edgeAt(document, after)?.target;
  const [way] = outletIds(addition.node);
  const placed = connected(added(document, addition), { ...after, target: addition.node.id });
  return follower === undefined || way === undefined
    ? placed
    : connected(placed, { source: addition.node.id, outlet: way, target: follower });
}

/** Lead an outlet to a node; where it led before is forgotten. */
export function connected(document: JourneyDocument, edge: JourneyEdge): JourneyDocument {
  return withEdges(document, [...without(document, edge), edge]);
}

export function disconnected(document: JourneyDocument, outlet: Outlet): JourneyDocument {
  return withEdges(document, without(document, outlet));
}

/** Whether an edge may be drawn: between two nodes that exist, not into the entry, not from a node to itself. */
export function isConnectable(document: JourneyDocument, { source, target }: Pick<JourneyEdge, "source" | "target">): boolean {
  const goal = document.graph.nodes.find(({ id }) => id === target);
  return goal !== undefined && goal.type !== "entry" && source !== target;
}

/**
 * Take nodes away and heal the gap: what led to them leads to what came next by their first way on. Their messages go
 * with them where nobody else sends these.
 */
export function removed(document: JourneyDocument, ids: ReadonlySet<string>): JourneyDocument {
  if (!document.graph.nodes.some(({ id }) => ids.has(id))) return document;
  const edges = document.graph.edges.flatMap((edge) => {
    if (ids.has(edge.source)) return [];
    const target = nextBehind(document, edge.target, ids);
    return target === undefined || target === edge.source ? [] : { ...edge, target };
  });
  const nodes = document.graph.nodes.filter(({ id }) => !ids.has(id));
  return withoutIdleMessages(document, {
    ...document,
    graph: { nodes, edges },
    layout: Object.fromEntries(Object.entries(document.layout).filter(([id]) => !ids.has(id))),
  });
}

/** The first node at or behind `id` that stays, going by first ways on. */
function nextBehind(document: JourneyDocument, id: string, leaving: ReadonlySet<string>): string | undefined {
  const seen = new Set<string>();
  let here: string | undefined = id;
  while (here !== undefined && leaving.has(here) && !seen.has(here)) {
    seen.add(here);
    const node = document.graph.nodes.find((one) => one.id === here);
    here = node === undefined ? undefined : firstFollower(document, node);
  }
  return here !== undefined && leaving.has(here) ? undefined : here;
}

function firstFollower(document: JourneyDocument, node: JourneyNode): string | undefined {
  const followers = outletIds(node).map((outlet) => edgeAt(document, { source: node.id, outlet })?.target);
  return followers.find((target) => target !== undefined);
}

/** Change a node. Edges of ways that it no longer has go with them; which ways an unknown type has, nobody here can say. */
export function changed(document: JourneyDocument, node: JourneyNode): JourneyDocument {
  const ways = new Set([...outletIds(node), "visits_over"]);
  const nodes = document.graph.nodes.map((one) => (one.id === node.id ? node : one));
  const edges = document.graph.edges.filter(({ source, outlet }) => source !== node.id || !isKnown(node) || ways.has(outlet));
  return withoutIdleMessages(document, { ...document, graph: { nodes, edges } });
}

/** Write a message's content. */
export function rewritten(document: JourneyDocument, name: string, content: MessageContent): JourneyDocument {
  return { ...document, messages: { ...document.messages, [name]: content } };
}

/** Put nodes where the author wants them. */
export function moved(document: JourneyDocument, places: Readonly<Record<string, Position>>): JourneyDocument {
  return { ...document, layout: { ...document.layout, ...places } };
}

/** Forget all places: the layout finds every node its own. */
export function tidied(document: JourneyDocument): JourneyDocument {
  return Object.keys(document.layout).length === 0 ? document : { ...document, layout: {} };
}

function without(document: JourneyDocument, { source, outlet }: Outlet): readonly JourneyEdge[] {
  return document.graph.edges.filter((edge) => edge.source !== source || edge.outlet !== outlet);
}

function withEdges(document: JourneyDocument, edges: readonly JourneyEdge[]): JourneyDocument {
  return { ...document, graph: { ...document.graph, edges } };
}

/** Messages that were sent before and are no longer go; those that nobody ever sent are the author's business. */
function withoutIdleMessages(before: JourneyDocument, after: JourneyDocument): JourneyDocument {
  const still = sentBy(after);
  const idle = [...sentBy(before)].filter((name) => !still.has(name) && name in after.messages);
  if (idle.length === 0) return after;
  return { ...after, messages: Object.fromEntries(Object.entries(after.messages).filter(([name]) => !idle.includes(name))) };
}

function sentBy(document: JourneyDocument): ReadonlySet<string> {
  return new Set(document.graph.nodes.flatMap((node) => (node.type === "message" ? [node.message] : [])));
}
