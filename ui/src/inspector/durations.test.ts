import { expect, it } from "vitest";

import { isoOf, lengthOf } from "./durations";

it.each([
  ["PT1H", 1, "hours"],
  ["PT90M", 90, "minutes"],
  ["P7D", 7, "days"],
  ["-P3D", 3, "days"],
  ["PT0S", 0, "hours"],
] as const)("reads %s", (iso, amount, unit) => {
  expect(lengthOf(iso)).toEqual({ amount, unit });
});

it.each([
  [{ amount: 2, unit: "weeks" }, "P14D"],
  [{ amount: 30, unit: "minutes" }, "PT30M"],
] as const)("writes %j", (length, iso) => {
  expect(isoOf(length)).toBe(iso);
});
