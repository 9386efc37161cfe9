/**
 * What is drawn as it was before stays the same object: React Flow and React leave alone what they have seen, and an
 * edit of one step of two hundred draws one.
 */
import type { JourneyNode, Messages } from "../document/journey";
import { isSame } from "../document/same";
import { customType } from "../nodes/custom";
import { lookOf, type NodeLook } from "../nodes/registry";

interface Seen {
  messages: Messages;
  custom: unknown;
  look: NodeLook;
}

const looks = new WeakMap<JourneyNode, Seen>();

/** `lookOf`, the same object for the same node while it looks the same. */
export function steadyLook(node: JourneyNode, messages: Messages): NodeLook {
  const [seen, custom] = [looks.get(node), customType(node.type)];
  if (seen !== undefined && seen.messages === messages && seen.custom === custom) return seen.look;
  const now = lookOf(node, messages);
  const look = seen !== undefined && isSame(seen.look, now) ? seen.look : now;
  looks.set(node, { messages, custom, look });
  return look;
}

/** Keeps, for each thing that is drawn, what was drawn of it last, and hands that out again while nothing about it differs. */
export class Steady<Source extends object, About, Drawn> {
  private readonly last = new WeakMap<Source, { about: About; drawn: Drawn }>();

  of(source: Source, about: About, draw: (about: About) => Drawn): Drawn {
    const before = this.last.get(source);
    if (before !== undefined && isSame(before.about, about)) return before.drawn;
    const drawn = draw(about);
    this.last.set(source, { about, drawn });
    return drawn;
  }
}

/** The list as it was, while it holds the same things. */
export function steadyList<Item>(before: Item[], now: Item[]): Item[] {
  return before.length === now.length && now.every((item, index) => item === before[index]) ? before : now;
}
