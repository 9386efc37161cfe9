/** The kinds of clauses that an author can add, what a new one looks like, and which comparisons fit a kind of value. */
import { Box, CalendarClock, Clock, Equal, History, type LucideIcon, Split, Tag, Users, UserSearch } from "lucide-react";

import type { Condition, Operator, Scope, Value } from "../document/conditions";

export type ClauseKind = Exclude<Condition["kind"], "all" | "any" | "not"> | "group";

export const CLAUSES: Readonly<Record<Scope, readonly ClauseKind[]>> = {
  profile: ["attribute", "has_occurred", "segment", "stock", "time", "entry", "group"],
  event: ["property", "same_item", "entry", "group"],
};

export const CLAUSE_ICONS: Readonly<Record<ClauseKind, LucideIcon>> = {
  attribute: UserSearch,
  has_occurred: History,
  segment: Users,
  stock: Box,
  time: Clock,
  entry: CalendarClock,
  property: Tag,
  same_item: Equal,
  group: Split,
};

const FRESH: Readonly<Record<ClauseKind, () => Condition>> = {
  attribute: () => ({ kind: "attribute", attribute: "", op: "equals", value: "" }),
  has_occurred: () => ({ kind: "has_occurred", event: "", within: "P7D", at_least: 1 }),
  segment: () => ({ kind: "segment", segment: "" }),
  stock: () => ({ kind: "stock", op: "at_least", value: 1 }),
  time: () => ({ kind: "time", window: { opens: "09:00", closes: "20:00" } }),
  entry: () => ({ kind: "entry", property: "", op: "equals", value: "" }),
  property: () => ({ kind: "property", property: "", op: "equals", value: "" }),
  same_item: () => ({ kind: "same_item" }),
  group: () => ({ kind: "any", of: [] }),
};

export function freshClause(kind: ClauseKind): Condition {
  return FRESH[kind]();
}

export type ValueKind = "text" | "number" | "boolean" | "date" | "list";

const COMPARISONS: Readonly<Record<ValueKind, readonly Operator[]>> = {
  text: ["equals", "not_equals", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "exists", "missing"],
  number: ["equals", "not_equals", "at_least", "at_most", "greater_than", "less_than", "between", "exists", "missing"],
  boolean: ["equals", "exists", "missing"],
  date: ["in_last", "in_next", "before", "after", "exists", "missing"],
  list: ["contains", "not_contains", "exists", "missing"],
};

/** The comparisons that fit; all of them where the kind of the value is not known. */
export function comparisonsFor(kind: string | undefined, current: Operator): readonly Operator[] {
  const fitting = COMPARISONS[kind as ValueKind] ?? [...new Set(Object.values(COMPARISONS).flat())];
  return fitting.includes(current) ? fitting : [current, ...fitting];
}

/** How the value of a comparison is written. */
export type ValueForm = "none" | "one" | "many" | "pair" | "duration" | "instant";

export function valueForm(op: Operator): ValueForm {
  switch (op) {
    case "exists":
    case "missing":
      return "none";
    case "in":
    case "not_in":
      return "many";
    case "between":
      return "pair";
    case "in_last":
    case "in_next":
      return "duration";
    case "before":
    case "after":
      return "instant";
    default:
      return "one";
  }
}

/** A value to begin with when the comparison changes: what is there where its form stays the same. */
export function valueAfter(op: Operator, before: Operator, value: Value): Value {
  if (valueForm(op) === valueForm(before)) return value;
  switch (valueForm(op)) {
    case "none":
      return null;
    case "many":
      return typeof value === "string" && value !== "" ? [value] : [];
    case "pair":
      return [0, 10];
    case "duration":
      return "P7D";
    case "instant":
      return "";
    case "one":
      return isList(value) ? (value[0] ?? "") : "";
  }
}

export function isList(value: Value): value is readonly (string | number | boolean)[] {
  return Array.isArray(value);
}

/** Typed text as the kind that the data has: "5" of a number is the number 5, since different kinds never fit. */
export function typedValue(text: string, kind: string | undefined): string | number | boolean {
  if (kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (kind === "boolean") return text === "true";
  return text;
}

/** Whether there is nothing left to fill in, so that it makes sense to ask how many match. */
export function isComplete(condition: Condition, segments: readonly string[]): boolean {
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.of.length > 0 && condition.of.every((part) => isComplete(part, segments));
    case "not":
      return isComplete(condition.of, segments);
    case "segment":
      return segments.includes(condition.segment);
    case "has_occurred":
      return condition.event !== "" && (condition.where == null || isComplete(condition.where, segments));
    case "attribute":
      return condition.attribute !== "" && hasValue(condition.op, condition.value ?? null);
    case "property":
      return condition.property !== "" && hasValue(condition.op, condition.value ?? null);
    case "time":
    case "stock":
    case "same_item":
      return true;
    case "entry":
      return false; // nobody has entered yet: the engine cannot count what the entry will carry
  }
}

function hasValue(op: Operator, value: Value): boolean {
  if (valueForm(op) === "none") return true;
  return isList(value) ? value.length > 0 : value !== null && value !== "";
}
