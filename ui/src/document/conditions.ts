/** The condition language as JSON. The engine gives it its meaning; the editor only writes it. */

export const OPERATORS = [
  "equals",
  "not_equals",
  "in",
  "not_in",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "less_than",
  "at_most",
  "greater_than",
  "at_least",
  "between",
  "before",
  "after",
  "in_last",
  "in_next",
  "exists",
  "missing",
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Scalar = string | number | boolean;
/** A value as written; `{entry}` takes it from the event that let the profile in. */
export type Value = Scalar | readonly Scalar[] | { entry: string } | null;

interface Comparison {
  op: Operator;
  value?: Value;
}

export type GroupKind = "all" | "any";
export interface GroupClause {
  kind: GroupKind;
  of: readonly Condition[];
}
export interface NotClause {
  kind: "not";
  of: Condition;
}
export type AttributeClause = Comparison & { kind: "attribute"; attribute: string };
export type PropertyClause = Comparison & { kind: "property" | "entry"; property: string };
export interface SegmentClause {
  kind: "segment";
  segment: string;
}
export interface HasOccurredClause {
  kind: "has_occurred";
  event: string;
  within?: string | null;
  where?: Condition | null;
  at_least?: number | null;
  at_most?: number | null;
  message?: string | null;
}
export interface StockClause {
  kind: "stock";
  op?: "equals" | "less_than" | "at_most" | "greater_than" | "at_least" | "between";
  value?: number | readonly [number, number];
  variant?: string | null;
}
export interface TimeClause {
  kind: "time";
  after?: string | null;
  before?: string | null;
  window?: { opens: string; closes?: string | null } | null;
}
export interface SameItemClause {
  kind: "same_item";
  match?: "variant" | "product";
}

export type Leaf =
  | AttributeClause
  | PropertyClause
  | SegmentClause
  | HasOccurredClause
  | StockClause
  | TimeClause
  | SameItemClause;
export type Condition = GroupClause | NotClause | Leaf;

/** What a condition may ask: about a profile and its history, or about the event in question (a where-clause). */
export type Scope = "profile" | "event";

export function isGroup(condition: Condition): condition is GroupClause {
  return condition.kind === "all" || condition.kind === "any";
}

/** The condition as the group that the builder edits; a single clause stands in a group of its own. */
export function asGroup(condition: Condition | null | undefined): GroupClause {
  if (condition == null) return { kind: "all", of: [] };
  return isGroup(condition) ? condition : { kind: "all", of: [condition] };
}

/** The condition that a group stands for: none without clauses, the clause itself where there is one. */
export function fromGroup(group: GroupClause): Condition | null {
  const [first, ...rest] = group.of;
  return first === undefined ? null : rest.length === 0 ? first : group;
}
