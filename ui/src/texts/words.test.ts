import { describe, expect, it } from "vitest";

import { nameOf } from "./texts";
import { countWords, durationSeconds, durationWords, shareWords, windowWords } from "./words";

describe("durationWords", () => {
  it.each([
    ["PT1H", "1 hour"],
    ["PT90M", "1 hour 30 minutes"],
    ["PT45S", "45 seconds"],
    ["P1DT12H", "1 day 12 hours"],
    ["P90D", "90 days"],
    ["P1Y35D", "400 days"],
    ["P2W", "14 days"],
    ["PT0S", "0 seconds"],
    ["-P3D", "3 days"],
    ["PT0.5S", "0.5 seconds"],
  ])("reads %s as %s", (iso, words) => {
    expect(durationWords(iso)).toBe(words);
  });

  it.each(["", "P", "PT", "1 hour", "P1H"])("shows %j as it is, since it is no duration", (text) => {
    expect(durationSeconds(text)).toBeNull();
    expect(durationWords(text)).toBe(text);
  });

  it("keeps the sign where seconds are counted", () => {
    expect(durationSeconds("-PT1M")).toBe(-60);
  });
});

describe("windowWords", () => {
  it.each([
    [{ opens: "09:00", closes: "20:00" }, "9:00–20:00 local time"],
    [{ opens: "22:00:00", closes: "06:30:00", weekdays: [] }, "22:00–6:30 local time"],
    [{ opens: "09:00", closes: "17:00", weekdays: ["mon", "tue", "wed", "thu", "fri"] }, "Mon–Fri 9:00–17:00 local time"],
    [{ opens: "09:00", closes: "17:00", weekdays: ["sun", "sat"] }, "Sat, Sun 9:00–17:00 local time"],
    [{ opens: "09:00", closes: "17:00", weekdays: ["mon", "wed", "fri"] }, "Mon, Wed, Fri 9:00–17:00 local time"],
    [{ opens: "10:00:00", closes: null }, "10:00 local time"],
  ] as const)("reads %j", (window, words) => {
    expect(windowWords(window)).toBe(words);
  });
});

describe("numbers", () => {
  it("groups thousands and shortens millions", () => {
    expect(countWords(12_480)).toBe("12,480");
    expect(countWords(1_249_000)).toBe("1.2M");
  });

  it("never shows a few as nobody", () => {
    expect(shareWords(1, 1000)).toBe("<1%");
    expect(shareWords(0, 0)).toBe("0%");
    expect(shareWords(42, 100)).toBe("42%");
  });
});

describe("nameOf", () => {
  it("names every skip reason, and spells out a code that it does not know", () => {
    expect(nameOf("reason", "out_of_stock_at_send")).toBe("Sold out again");
    expect(nameOf("reason", "moon_phase")).toBe("Moon phase");
  });
});
