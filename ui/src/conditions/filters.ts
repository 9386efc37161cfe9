/**
 * The ready-made filters: who did something lately, or did not. The API says which there are, what condition each is and
 * how far it looks back; the editor changes only the days, and who is meant.
 *
 * A clause is shown as a ready-made filter while it asks nothing but that, so one that was written elsewhere is, too.
 */
import { Eye, Heart, type LucideIcon, ShoppingBag, ShoppingCart } from "lucide-react";

import type { Vocabulary } from "../client/types";
import type { Condition, HasOccurredClause } from "../document/conditions";
import { durationSeconds } from "../texts/words";

export type ReadyMade = Vocabulary["filters"][number];

export const FILTER_ICONS: Readonly<Record<ReadyMade["id"], LucideIcon>> = {
  purchase: ShoppingBag,
  product_view: Eye,
  cart_view: ShoppingCart,
  wishlist: Heart,
};

const DAY_SECONDS = 86_400;

/** The filter as a new clause: those who did it, as far back as it looks by itself. */
export function freshFilter(filter: ReadyMade): Condition {
  return filter.include as unknown as Condition; // the API serves a condition of the engine's
}

/** The ready-made filter that this clause is, if it is one. */
export function filterOf(clause: Condition, filters: readonly ReadyMade[]): ReadyMade | undefined {
  if (clause.kind !== "has_occurred" || Object.entries(clause).some(([key, value]) => value != null && !PLAIN.has(key))) return undefined;
  const days = daysOf(clause);
  return filters.find(({ event, most_days }) => event === clause.event && Number.isInteger(days) && days >= 1 && days <= most_days);
}

const PLAIN: ReadonlySet<string> = new Set(["kind", "event", "within"]);

/** How many days back the clause looks. */
export function daysOf({ within }: HasOccurredClause): number {
  return (durationSeconds(within ?? "") ?? 0) / DAY_SECONDS;
}

/** The same filter, looking this many days back: at least one, at most as many as it can. */
export function lastDays(clause: HasOccurredClause, filter: ReadyMade, days: number): HasOccurredClause {
  return { ...clause, within: `P${Math.min(Math.max(Math.round(days) || 1, 1), filter.most_days)}D` };
}
