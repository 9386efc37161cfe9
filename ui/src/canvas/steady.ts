/**
 * What is drawn as it was before stays the same object: React Flow and React leave alone what they have seen, and an
 * edit of one step of two hundred draws one.
 */
import type { JourneyNode, Messages } from "../document/journey";
import { customType } from "../nodes/custom";
import { lookOf, type NodeLook } from "../nodes/registry";

interface Seen {
  messages: Messages;
  custom: unknown;
  look: NodeLook;
}

const looks = new WeakMap<JourneyNode, Seen>();

/** `lookOf`, the same object for the same node among the same messages. */
export function steadyLook(node: JourneyNode, messages: Messages): NodeLook {
  const [seen, custom] = [looks.get(node), customType(node.type)];
  if (seen !== undefined && seen.messages === messages && seen.custom === custom) return seen.look;
  const look = lookOf(node, messages);
  looks.set(node, { messages, custom, look });
  return look;
}

/** Keeps, for each thing that is drawn, what was drawn of it last; hands that out again where nothing differs. */
export class Steady<Source extends object, Drawn extends object> {
  private readonly last = new WeakMap<Source, Drawn>();

  of(source: Source, drawn: Drawn): Drawn {
    const before = this.last.get(source);
    if (before !== undefined && isSame(before, drawn)) return before;
    this.last.set(source, drawn);
    return drawn;
  }
}

/** Whether two plain values say the same. What is neither a plain object, a list nor a set must be the same object. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((each, index) => isSame(each, other[index]));
  if (one instanceof Set && other instanceof Set) return one.size === other.size && [...one].every((each) => other.has(each));
  if (!isPlain(one) || !isPlain(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => name in other && isSame(one[name], other[name]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
