import { describe, expect, it } from "vitest";

import { cornersOf, roundedPath } from "./route";

const SOURCE = { x: 0, y: 0 };

/** The height at which one of two outlets turns towards x. */
function turn(index: number, x: number): number {
  return cornersOf(SOURCE, { x, y: 80 }, { turns: [40], lanes: [] }, { index, count: 2 })[1]?.y ?? Number.NaN;
}

describe("cornersOf", () => {
  it("goes down, sideways at the turn, and down to the target", () => {
    const corners = cornersOf(SOURCE, { x: 100, y: 80 }, { turns: [40], lanes: [] }, { index: 0, count: 1 });
    expect(corners).toEqual([SOURCE, { x: 0, y: 40 }, { x: 100, y: 40 }, { x: 100, y: 80 }]);
  });

  it("takes its lane past a rank", () => {
    const course = { turns: [40, 120], lanes: [-60] };
    const xs = cornersOf(SOURCE, { x: 30, y: 160 }, course, { index: 0, count: 1 }).map(({ x }) => x);
    expect(xs).toEqual([0, 0, -60, -60, 30, 30]);
  });

  it("lets the outer outlet turn first, so that neighbours do not cross", () => {
    expect(turn(1, 100)).toBeLessThan(turn(0, 100));
    expect(turn(0, -100)).toBeLessThan(turn(1, -100));
  });
});

describe("roundedPath", () => {
  it("rounds every corner between the ends", () => {
    const path = roundedPath([SOURCE, { x: 0, y: 40 }, { x: 100, y: 40 }, { x: 100, y: 80 }]);
    expect(path).toBe("M 0,0 L 0,30 Q 0,40 10,40 L 90,40 Q 100,40 100,50 L 100,80");
  });

  it("stays a straight line where nothing turns", () => {
    const path = roundedPath([SOURCE, { x: 0, y: 40 }, { x: 0, y: 40 }, { x: 0, y: 80 }]);
    expect(path).not.toMatch(/NaN/);
    expect(path.replaceAll(/[MLQ]/g, "").trim().split(/\s+/).every((point) => point.startsWith("0,"))).toBe(true);
  });

  it("is empty without corners", () => {
    expect(roundedPath([])).toBe("");
  });
});
