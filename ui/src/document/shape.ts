/** Whether what came from outside (a file, the clipboard, another program) has the shape of a journey that can be drawn. */
import type { JourneyEdge, JourneyNode, Position, StickyNote } from "./journey";

type Raw = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNode(value: unknown): value is JourneyNode {
  return isRecord(value) && isText(value["id"]) && isText(value["type"]) && isListOf(value["events"] ?? [], isRecord);
}

export function isEdge(value: unknown): value is JourneyEdge {
  return isRecord(value) && ["source", "outlet", "target"].every((key) => isText(value[key]));
}

export function isPosition(value: unknown): value is Position {
  return isRecord(value) && Number.isFinite(value["x"]) && Number.isFinite(value["y"]);
}

export function isNote(value: unknown): value is StickyNote {
  return isRecord(value) && isPosition(value) && isText(value["id"]) && isText(value["text"] ?? "");
}

export function isListOf<One>(value: unknown, isOne: (one: unknown) => one is One): value is One[] {
  return Array.isArray(value) && value.every(isOne);
}

export function isRecordOf<One>(value: unknown, isOne: (one: unknown) => one is One): value is Record<string, One> {
  return isRecord(value) && Object.values(value).every(isOne);
}

/** Whether this is a journey, finished or not: what is absent may be, what is there has its shape. */
export function isJourney(value: unknown): value is Raw {
  if (!isRecord(value) || !isRecord(value["graph"])) return false;
  const { graph, messages, settings, layout, notes } = value as Raw & { graph: Raw };
  return (
    (graph["nodes"] === undefined || isListOf(graph["nodes"], isNode)) &&
    (graph["edges"] === undefined || isListOf(graph["edges"], isEdge)) &&
    (messages === undefined || isRecordOf(messages, isRecord)) &&
    (settings === undefined || isRecord(settings)) &&
    (layout === undefined || isRecordOf(layout, isPosition)) &&
    (notes === undefined || isListOf(notes, isNote))
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
