import { describe, expect, it } from "vitest";

import type { TimelineItem, TimelinePage } from "../client/types";
import { byDay, type TimelinePages, withNewest } from "./timeline";

function item(id: string, title = id, at = "2026-11-22T10:00:00Z"): TimelineItem {
  const about = { journey: null, node: null, enrollment_id: null, variant: null, reason: null, channel: null };
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
  it("groups by the calendar day of the zone, in the order given", () => {
    const rows = [item("b", "b", "2026-11-22T00:30:00Z"), item("a", "a", "2026-11-21T23:30:00Z")];
    expect(byDay(rows, "UTC").map(({ key }) => key)).toEqual(["2026-11-22", "2026-11-21"]);
    expect(byDay(rows, "Europe/Stockholm")).toEqual([{ key: "2026-11-22", items: rows }]);
  });
});
