/**
 * Node types and channels that this interface has no face of its own for: somebody's own, registered with the engine. `/v1/node-types`
 * says all that a card, the palette and a form need: words, ways out, and a JSON Schema of the settings.
 *
 * They are told once, before the first canvas is drawn, since what a node looks like is asked everywhere.
 */
import { Blocks } from "lucide-react";

import type { ChannelTypeItem, NodeTypeItem } from "../client/types";
import type { JourneyNode, MessageContent } from "../document/journey";
import { nameOf } from "../texts/texts";
import type { CountName, Outlet, Tint } from "./face";

const TINTS: Readonly<Record<NodeTypeItem["category"], Tint>> = {
  start: "entry",
  time: "time",
  choice: "choice",
  message: "message",
  act: "change",
  end: "end",
};

let known: ReadonlyMap<string, NodeTypeItem> = new Map();
let channels: ReadonlyMap<string, ChannelTypeItem> = new Map();

/** Remember the types that are not in `builtIn`. */
export function tellCustomTypes(types: readonly NodeTypeItem[], builtIn: Readonly<Record<string, unknown>>): void {
  known = new Map(types.filter(({ type }) => !(type in builtIn)).map((one) => [one.type, one]));
}

export function customType(type: string): NodeTypeItem | undefined {
  return known.get(type);
}

export function customTypes(): readonly NodeTypeItem[] {
  return [...known.values()];
}

/** Remember the channels that plugins bring. */
export function tellCustomChannels(told: readonly ChannelTypeItem[]): void {
  channels = new Map(told.map((one) => [one.channel, one]));
}

export function customChannel(channel: string): ChannelTypeItem | undefined {
  return channels.get(channel);
}

export function customChannels(): readonly ChannelTypeItem[] {
  return [...channels.values()];
}

/** A message on a plugin's channel before its author has written it. */
export function freshCustomContent(channel: string): MessageContent {
  return { channel, ...defaultsOf(customChannel(channel)?.schema ?? {}) };
}

export function customLook(node: JourneyNode, type: NodeTypeItem) {
  const optional = new Set(type.optional_outlets);
  const outlets = [...type.outlets, ...rowOutlets(node, type)];
  const counts: readonly CountName[] = ["entered", "waiting", "passed"];
  return {
    icon: Blocks,
    tint: TINTS[type.category],
    title: node.title ?? type.label,
    summary: type.description,
    outlets: [...new Set(outlets)].map((id): Outlet => ({ id, label: nameOf("outlet", id), ...(optional.has(id) && { isEnd: true }) })),
    counts: outlets.length === 0 ? counts.slice(0, 1) : counts,
  };
}

/** The ways out that rows of a setting add, by their ids. */
function rowOutlets(node: JourneyNode, { outlets_from: field }: NodeTypeItem): string[] {
  const rows = field === null ? undefined : (node as unknown as Record<string, unknown>)[field];
  return Array.isArray(rows) ? rows.flatMap((row: { id?: unknown; outlet?: unknown }) => [row.id, row.outlet].filter((id) => typeof id === "string")) : [];
}

/** The node as it comes from the palette: what its schema gives as defaults; the rest is for its author to fill in. */
export function freshCustom(id: string, { type, schema }: NodeTypeItem): JourneyNode {
  return { ...defaultsOf(schema), id, type } as unknown as JourneyNode; // its settings are the plug-in's own
}

function defaultsOf(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, { default?: unknown }>>;
  const given = Object.entries(properties).filter(([name, { default: value }]) => name !== "type" && value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, { default: value }]) => [name, value]));
}
