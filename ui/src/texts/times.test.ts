import { describe, expect, it } from "vitest";

import { agoWords, clockWords, dayKey, dayWords, exactWords } from "./times";

const AT = "2026-11-21T23:30:00Z";
const NOW = new Date("2026-11-22T12:00:00Z");

describe("times", () => {
  it("tells the clock in the zone that is asked for", () => {
    expect(clockWords(AT, "Europe/Stockholm")).toBe("00:30:00");
    expect(clockWords(AT, "America/New_York")).toBe("18:30:00");
  });

  it("puts an instant on the calendar day of the zone", () => {
    expect(dayKey(AT, "UTC")).toBe("2026-11-21");
    expect(dayKey(AT, "Europe/Stockholm")).toBe("2026-11-22");
  });

  it("calls the nearest days by name", () => {
    expect(dayWords(AT, NOW, "Europe/Stockholm")).toBe("Today");
    expect(dayWords(AT, NOW, "UTC")).toBe("Yesterday");
    expect(dayWords("2026-11-03T12:00:00Z", NOW, "UTC")).toBe("Tuesday, November 3");
    expect(dayWords("2025-11-03T12:00:00Z", NOW, "UTC")).toContain("2025");
  });

  it("names the zone beside an exact time", () => {
    expect(exactWords(AT, "UTC")).toMatch(/21.*23:30:00 UTC$/);
  });

  it.each([
    ["2026-11-22T11:59:30Z", "just now"],
    ["2026-11-22T11:55:00Z", "5 minutes ago"],
    ["2026-11-22T09:00:00Z", "3 hours ago"],
    ["2026-11-20T12:00:00Z", "2 days ago"],
    ["2026-11-25T12:00:00Z", "in 3 days"],
  ])("%s was %s", (at, words) => {
    expect(agoWords(at, NOW)).toBe(words);
  });
});
