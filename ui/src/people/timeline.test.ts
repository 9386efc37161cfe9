import { describe, expect, it } from "vitest";

import type { TimelineItem, TimelinePage } from "../client/types";
import { byDay, type TimelinePages, withNewest } from "./timeline";

function item(id: string, title = id, at = "2026-11-22T10:00:00Z"): TimelineItem {
  const about = { journey: null, node: null, step: null, enrollment_id: null, variant: null, reason: null, channel: null };
  return { id, at, kind: "event", title, detail: null, tone: "neutral", ...about, data: {}, links: {} };
}

function page(...rows: string[]): TimelinePage {
  return { items: rows.map((id) => item(id)), next: `after-${rows.at(-1)}` };
}

function read(...pages: TimelinePage[]): TimelinePages {
  return { pages, pageParams: pages.map((_, index) => pages[index - 1]?.next ?? null) };
}

function ids(pages: TimelinePages): string[] {
  return pages.pages.flatMap((one) => one.items.map(({ id }) => id));
}

describe("withNewest", () => {
  it("puts new rows on top and keeps the older pages", () => {
    const pages = withNewest(read(page("c", "b"), page("a")), page("e", "d", "c"));
    expect(ids(pages)).toEqual(["e", "d", "c", "b", "a"]);
    expect(pages.pages[0]?.next).toBe("after-b");
  });

  it("replaces a row that changed", () => {
    const newest = { items: [item("b", "delivered")], next: null };
    expect(withNewest(read(page("b", "a")), newest).pages[0]?.items[0]?.title).toBe("delivered");
  });

  it("starts again from the top when more came than fits a page, so that none is missing", () => {
    const pages = withNewest(read(page("b", "a")), page("z", "y"));
    expect(ids(pages)).toEqual(["z", "y"]);
    expect(pages.pageParams).toEqual([null]);
  });

  it("stays as it is when nothing came", () => {
    const before = read(page("b", "a"));
    expect(withNewest(before, { items: [], next: null })).toEqual(before);
  });

  it("fills an empty timeline", () => {
    expect(ids(withNewest(read({ items: [], next: null }), page("a")))).toEqual(["a"]);
  });
});

describe("byDay", () => {
  const late = item("b", "b", "2026-11-22T00:30:00Z");
  const early = item("a", "a", "2026-11-21T23:30:00Z");

  it("groups by the calendar day of the zone, in the order given", () => {
    expect(byDay(read({ items: [late, early], next: null }), "UTC").map(({ key }) => key)).toEqual(["2026-11-22", "2026-11-21"]);
    const [day, ...others] = byDay(read({ items: [late, early], next: null }), "Europe/Stockholm");
    expect(others).toEqual([]);
    expect(day?.key).toBe("2026-11-22");
    expect(day?.blocks.flatMap(({ items }) => items)).toEqual([late, early]);
  });

  it("keeps the rows of each page in a block of their own, whose name does not change when rows come on top", () => {
    const before = read({ items: [late], next: "x" }, { items: [early], next: null });
    const [day] = byDay(before, "Europe/Stockholm");
    const after = withNewest(before, { items: [item("c", "c", "2026-11-22T00:40:00Z"), late], next: "x" });
    const [grown] = byDay(after, "Europe/Stockholm");
    expect(day?.blocks.map(({ items }) => items.length)).toEqual([1, 1]);
    expect(grown?.blocks.map(({ items }) => items.length)).toEqual([2, 1]);
    expect(grown?.blocks.map(({ key }) => key)).toEqual(day?.blocks.map(({ key }) => key));
    expect(after.pages[1]).toBe(before.pages[1]);
  });
});
