import { describe, expect, it } from "vitest";

import { marked } from "./marks";

const shown = (text: string, typed: string) =>
  marked(text, typed)
    .map(({ text: piece, isMarked }) => (isMarked ? `[${piece}]` : piece))
    .join("");

describe("marked", () => {
  it.each([
    ["Ada Lind", "", "Ada Lind"],
    ["Ada Lind", "lin", "Ada [Lin]d"],
    ["Ada Lind", "lind ad", "[Ad]a [Lind]"],
    ["Ada Lind", "ada adal", "[Ada] Lind"],
    ["Ada Lind", "x", "Ada Lind"],
    ["ada@shop.example", "SHOP.EX", "ada@[shop.ex]ample"],
    ["İnci", "inci", "İnci"],
  ])("marks in %j what of %j stands there: %s", (text, typed, expected) => {
    expect(shown(text, typed)).toBe(expected);
  });
});
