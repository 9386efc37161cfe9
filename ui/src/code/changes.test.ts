import { describe, expect, it } from "vitest";

import { changeBetween } from "./changes";

const applied = (before: string, { from, to, insert }: ReturnType<typeof changeBetween>) =>
  before.slice(0, from) + insert + before.slice(to);

describe("changeBetween", () => {
  it("touches only what differs", () => {
    expect(changeBetween("delay(days(2))\n", "delay(days(3))\n")).toEqual({ from: 11, to: 12, insert: "3" });
    expect(changeBetween("same", "same")).toEqual({ from: 4, to: 4, insert: "" });
  });

  it("leads from the one text to the other", () => {
    for (const before of ["", "aa", "aba", "abcabc"]) {
      for (const after of ["", "a", "aaa", "abba", "cab"]) expect(applied(before, changeBetween(before, after))).toBe(after);
    }
  });
});
