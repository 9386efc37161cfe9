import { describe, expect, it } from "vitest";

import { evened, rebalanced } from "./shares";

const shares = (...percents: number[]) => percents.map((share, index) => ({ id: String(index), share }));
const percents = (list: readonly { share: number }[]) => list.map(({ share }) => share);
const sum = (list: readonly { share: number }[]) => Math.round(list.reduce((total, { share }) => total + share * 100, 0)) / 100;

describe("shares", () => {
  it("take from the others what one gains, in their proportions", () => {
    expect(percents(rebalanced(shares(50, 25, 25), 0, 70))).toEqual([70, 15, 15]);
    expect(percents(rebalanced(shares(50, 40, 10), 0, 0))).toEqual([0, 80, 20]);
  });

  it("always make a hundred", () => {
    for (const percent of [0, 0.01, 33.33, 66.67, 99.99, 100, 140, -3]) {
      expect(sum(rebalanced(shares(33.34, 33.33, 33.33), 1, percent))).toBe(100);
    }
    expect(sum(evened(shares(1, 2, 3)))).toBe(100);
    expect(percents(evened(shares(0, 0, 0)))).toEqual([33.34, 33.33, 33.33]);
  });

  it("share evenly what nobody else had", () => {
    expect(percents(rebalanced(shares(100, 0, 0), 0, 50))).toEqual([50, 25, 25]);
  });
});
