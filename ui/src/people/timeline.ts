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
  const fresh = new Map(newest.items.map((item) => [item.id, item]));
  const known = new Set(pages.pages.flatMap(({ items }) => items.filter(({ id }) => fresh.has(id)).map(({ id }) => id)));
  const [first, ...rest] = pages.pages;
  const isEmpty = rest.length === 0 && first?.items.length === 0;
  const touches = isEmpty || newest.items.length === 0 || known.size > 0;
  if (first === undefined || !touches) return { pages: [newest], pageParams: [null] };

  /** A page without news stays the same object, so that nothing is drawn or compared anew. */
  const renewed = (page: TimelinePage) =>
    page.items.some(({ id }) => fresh.has(id)) ? { ...page, items: page.items.map((item) => fresh.get(item.id) ?? item) } : page;
  const arrived = newest.items.filter(({ id }) => !known.has(id));
  const top = { ...first, items: [...arrived, ...renewed(first).items] };
  return { ...pages, pages: [top, ...rest.map(renewed)] };
}

/** Rows of one page that fall on one day; `key` names the page and the day. */
export interface Block {
  key: string;
  day: string;
  items: readonly TimelineItem[];
}

/** Blocks of one day, in the order in which they come. */
export interface Day {
  key: string;
  blocks: readonly Block[];
}

const DAYS = new WeakMap<TimelinePage, ReadonlyMap<string, readonly TimelineItem[]>>();

/** The rows of a page by calendar day of the zone; worked out once for each page, as there may be thousands. */
function daysOf(page: TimelinePage, zone: string): ReadonlyMap<string, readonly TimelineItem[]> {
  const worked = DAYS.get(page);
  if (worked !== undefined) return worked;
  const days = new Map<string, TimelineItem[]>();
  for (const item of page.items) {
    const key = dayKey(item.at, zone);
    const known = days.get(key);
    if (known === undefined) days.set(key, [item]);
    else known.push(item);
  }
  DAYS.set(page, days);
  return days;
}

/** All rows by day, and within a day by the page that brought them: a block is drawn or left out as a whole. */
export function byDay({ pages, pageParams }: InfiniteData<TimelinePage>, zone: string): readonly Day[] {
  const days: { key: string; blocks: Block[] }[] = [];
  pages.forEach((page, index) => {
    for (const [day, items] of daysOf(page, zone)) {
      const block = { key: `${String(pageParams[index])} ${day}`, day, items };
      const last = days.at(-1);
      if (last?.key === day) last.blocks.push(block);
      else days.push({ key: day, blocks: [block] });
    }
  });
  return days;
}
