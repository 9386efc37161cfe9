/** The timeline as data: how new rows join those already read, and how rows are grouped by day. */
import type { InfiniteData } from "@tanstack/react-query";

import type { TimelineItem, TimelinePage } from "../client/types";
import { dayKey } from "../texts/times";

export type TimelinePages = InfiniteData<TimelinePage, string | null>;

/**
 * The pages after the newest page was read again. Rows that came since go on top, rows that changed are replaced. When
 * nothing of the newest page was known, more came than fits a page: reading starts again from there, so that no row
 * is missing in between.
 */
export function withNewest(pages: TimelinePages, newest: TimelinePage): TimelinePages {
  const known = new Set(pages.pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const touches = known.size === 0 || newest.items.length === 0 || newest.items.some(({ id }) => known.has(id));
  const [first, ...rest] = pages.pages;
  if (first === undefined || !touches) return { pages: [newest], pageParams: [null] };

  const fresh = new Map(newest.items.map((item) => [item.id, item]));
  const renewed = (page: TimelinePage) => ({ ...page, items: page.items.map((item) => fresh.get(item.id) ?? item) });
  const arrived = newest.items.filter(({ id }) => !known.has(id));
  const top = { ...first, items: [...arrived, ...renewed(first).items] };
  return { ...pages, pages: [top, ...rest.map(renewed)] };
}

export interface Day {
  key: string;
  items: readonly TimelineItem[];
}

/** Rows by calendar day of the zone, in the order in which they come. */
export function byDay(items: readonly TimelineItem[], zone: string): readonly Day[] {
  const days: { key: string; items: TimelineItem[] }[] = [];
  for (const item of items) {
    const key = dayKey(item.at, zone);
    const last = days.at(-1);
    if (last?.key === key) last.items.push(item);
    else days.push({ key, items: [item] });
  }
  return days;
}
