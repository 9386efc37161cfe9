import { expect, test } from "vitest";

import { shapeOf } from "./steps";

const BOX = { width: 100, height: 50 };
const NOW = Date.parse("2027-01-02T00:00:00Z");

test("stock stands still between two moves, and a return from nothing is marked", () => {
  const moves = [
    { at: "2027-01-01T00:00:00Z", before: 0, after: 10 },
    { at: "2027-01-01T12:00:00Z", before: 10, after: 0 },
    { at: "2027-01-01T18:00:00Z", before: 0, after: 5 },
  ];
  const shape = shapeOf(moves, NOW, BOX);
  expect(shape.line).toBe("M0 50H3.8V0H51.9V50H76V25H100");
  expect(shape.restocks.map(({ after }) => after)).toEqual([10, 5]);
  expect(shape.most).toBe(10);
});

test("what is oversold goes below the line of nothing", () => {
  const shape = shapeOf([{ at: "2027-01-01T00:00:00Z", before: 5, after: -5 }], NOW, BOX);
  expect(shape.zero).toBe(25);
  expect(shape.restocks).toEqual([]);
});

test("a variant that never moved is a line at nothing", () => {
  expect(shapeOf([], NOW, BOX).line).toBe("M0 50H100");
});
