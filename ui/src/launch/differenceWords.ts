/** A difference between two states of a journey as its author would say it: steps by their titles, ways by where they lead. */
import { headline, type JourneyDocument, type JourneyNode, nodeById } from "../document/journey";
import type { PlainDifference } from "../editor/differences";
import { lookOf } from "../nodes/registry";
import { nameOf, t } from "../texts/texts";

export interface States {
  document: JourneyDocument;
  /** The state that is compared with, once it is known. */
  before?: JourneyDocument | undefined;
}

/** Places mean nothing; the ways and the message of a step that came or went are told with the step. */
export function isTold({ part, how, what }: PlainDifference, states: States): boolean {
  if (part === "layout") return false;
  if (states.before === undefined || how === "changed") return true;
  if (part === "edge") return isInBoth(sourceOf(what), states);
  const sender = part === "message" ? senderOf(what, states) : undefined;
  return sender === undefined || isInBoth(sender.id, states);
}

export function wordsOf({ part, what }: PlainDifference, states: States): string {
  const { document, before } = states;
  switch (part) {
    case "node":
      return t("difference.node", { name: changeOf(what, states) ?? called(what, states) });
    case "edge": {
      const outlet = what.slice(sourceOf(what).length + 1);
      const [was, now] = [before && targetOf(what, before), targetOf(what, document)];
      const words = { name: titled(sourceOf(what), states), outlet: outletName(what, outlet, states) };
      const ends = [was, now].flatMap((target) => (target === undefined ? [] : titled(target, states)));
      return ends.length === 0 ? t("difference.edge", words) : t("difference.edgeTo", { ...words, to: ends.join(" → ") });
    }
    case "message": {
      const sender = senderOf(what, states);
      const name = sender === undefined ? what : titled(sender.id, states);
      const [was, now] = [headline(before?.messages[what]), headline(document.messages[what])];
      return was === undefined || now === undefined || was === now ? t("difference.message", { name }) : t("difference.messageTo", { name, was, now });
    }
    case "setting":
      return t("difference.setting", { name: what });
    case "name":
    case "layout":
      return t("difference.name");
  }
}

/** The step as it is now, else as it was. */
function found(id: string, { document, before }: States): { node: JourneyNode; among: JourneyDocument } | undefined {
  const among = [document, ...(before === undefined ? [] : [before])].find(({ graph }) => nodeById(graph, id) !== undefined);
  const node = among && nodeById(among.graph, id);
  return node === undefined || among === undefined ? undefined : { node, among };
}

function isInBoth(id: string, { document, before }: States): boolean {
  return nodeById(document.graph, id) !== undefined && before !== undefined && nodeById(before.graph, id) !== undefined;
}

function titled(id: string, states: States): string {
  const step = found(id, states);
  return step === undefined ? id : lookOf(step.node, step.among.messages).title;
}

function called(id: string, states: States): string {
  const step = found(id, states);
  if (step === undefined) return id;
  const { title, summary } = lookOf(step.node, step.among.messages);
  return `${title} (${summary})`;
}

/** What a step said before and says now, where both are known and differ. */
function changeOf(id: string, { document, before }: States): string | null {
  const [old, now] = [before && nodeById(before.graph, id), nodeById(document.graph, id)];
  if (before === undefined || old === undefined || now === undefined) return null;
  const [was, is] = [lookOf(old, before.messages), lookOf(now, document.messages)];
  return was.summary === is.summary ? null : `${is.title}: ${was.summary} → ${is.summary}`;
}

function sourceOf(edge: string): string {
  return edge.split(".")[0] ?? "";
}

function targetOf(edge: string, { graph }: JourneyDocument): string | undefined {
  return graph.edges.find(({ source, outlet }) => `${source}.${outlet}` === edge)?.target;
}

function outletName(edge: string, outlet: string, states: States): string {
  const step = found(sourceOf(edge), states);
  const known = step && lookOf(step.node, step.among.messages).outlets.find(({ id }) => id === outlet);
  return known?.label ?? nameOf("outlet", outlet);
}

/** The step that sends the message. */
function senderOf(message: string, { document, before }: States): JourneyNode | undefined {
  const nodes = [...document.graph.nodes, ...(before?.graph.nodes ?? [])];
  return nodes.find((node) => node.type === "message" && node.message === message);
}
