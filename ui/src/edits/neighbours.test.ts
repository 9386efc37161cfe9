import { describe, expect, it } from "vitest";

import { neighbour, readingOrder } from "./neighbours";

const box = (x: number, y: number) => ({ x, y, width: 272, height: 58 });
const BOXES = new Map([
  ["top", box(0, 0)],
  ["left", box(-200, 150)],
  ["right", box(200, 150)],
  ["bottom", box(0, 300)],
]);

describe("walking by arrows", () => {
  it("goes to the nearest step ahead", () => {
    expect(neighbour(BOXES, "left", "ArrowRight")).toBe("right");
    expect(neighbour(BOXES, "left", "ArrowDown")).toBe("bottom");
    expect(neighbour(BOXES, "bottom", "ArrowUp")).toBe("left");
  });

  it("stops at the edge of the journey", () => {
    expect(neighbour(BOXES, "top", "ArrowUp")).toBeNull();
    expect(neighbour(BOXES, "ghost", "ArrowUp")).toBeNull();
  });

  it("reads from the top, and from left to right", () => {
    expect(readingOrder(BOXES)).toEqual(["top", "left", "right", "bottom"]);
  });
});
