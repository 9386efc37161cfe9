/** How a node type shows itself: icon, colour, words, ways out, and the numbers that make sense on it. */
import type { LucideIcon } from "lucide-react";

import type { NodeCounts } from "../client/types";
import type { Messages, NodeOf, NodeType } from "../document/journey";
import { nameOf, t } from "../texts/texts";

/** Families of node types share a colour: what lets in, what waits, what chooses, what speaks, what changes, what ends. */
export type Tint = "entry" | "time" | "choice" | "message" | "change" | "goal" | "end";

export interface Outlet {
  id: string;
  label: string;
  /** The outlet that is taken instead where nothing is connected to this one. */
  fallback?: string;
  /** Whether the journey is meant to end here where nothing is connected. */
  isEnd?: boolean;
}

export type CountName = keyof NodeCounts;

export interface NodeFace<Type extends NodeType> {
  icon: (node: NodeOf<Type>) => LucideIcon;
  tint: Tint;
  title: (node: NodeOf<Type>) => string;
  summary: (node: NodeOf<Type>, messages: Messages) => string;
  outlets: (node: NodeOf<Type>) => readonly Outlet[];
  counts: readonly CountName[];
  /** The node as it comes from the palette: usual where there is a usual, else for its author to fill in. */
  fresh: (id: string) => NodeOf<Type>;
}

/** The usual single way on. */
export function nextOutlet(): readonly Outlet[] {
  return [outlet("next")];
}

/** An outlet called by its name in the catalogue, or by what the journey's author called it. */
export function outlet(id: string, title?: string | null): Outlet {
  return { id, label: title ?? nameOf("outlet", id) };
}

/** What the author called the node, or what its type is called. */
export function titleOr(node: { title?: string | null }, otherwise: string): string {
  return node.title ?? otherwise;
}

/** The node type's own name. */
export function typeTitle(type: NodeType): string {
  return t(`node.${type}.title`);
}

/** What a count is called on a card; where nothing follows, who entered has ended. */
export function countTitle(name: CountName, isLast: boolean): string {
  return isLast && name === "entered" ? t("counts.endedHere") : t(`counts.${name}`);
}
