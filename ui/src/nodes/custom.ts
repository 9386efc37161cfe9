/**
 * Node types that this interface has no face of its own for: somebody's own, registered with the engine. `/v1/node-types`
 * says all that a card, the palette and a form need: words, ways out, and a JSON Schema of the settings.
 *
 * They are told once, before the first canvas is drawn, since what a node looks like is asked everywhere.
 */
import { Blocks } from "lucide-react";

import type { NodeTypeItem } from "../client/types";
import type { JourneyNode } from "../document/journey";
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
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, { default?: unknown }>>;
  const given = Object.entries(properties).filter(([name, { default: value }]) => name !== "type" && value !== undefined && value !== null);
  return { ...Object.fromEntries(given.map(([name, { default: value }]) => [name, value])), id, type } as unknown as JourneyNode; // its settings are the plug-in's own
}
