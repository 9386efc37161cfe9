import { expect, it } from "vitest";

import { daysFrom, daysWords } from "./days";

const NOW = new Date("2027-01-05T23:30:00Z");

it.each([
  ["", { since: null, until: null }, "All time"],
  ["days=1", { since: "2027-01-05", until: null }, "Today"],
  ["days=7", { since: "2026-12-30", until: null }, "Last 7 days"],
  ["days=8", { since: null, until: null }, "All time"],
  ["since=2027-01-01&until=2027-01-03", { since: "2027-01-01", until: "2027-01-03" }, "Jan 1, 2027 – Jan 3, 2027"],
  ["since=2027-13-01", { since: null, until: null }, "All time"],
])("reads %j", (address, days, words) => {
  const search = new URLSearchParams(address);
  expect(daysFrom(search, NOW)).toEqual(days);
  expect(daysWords(search, days)).toBe(words);
});
