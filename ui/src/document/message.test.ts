import { describe, expect, it } from "vitest";

import { headline, templatePieces } from "./journey";
import { partsOf } from "./message";

describe("partsOf", () => {
  it("gives what has words, in reading order", () => {
    const push = { urgency: "high", link: { url: "{{ product.url }}" }, title: "Back", icon: null, body: "" };
    expect(partsOf(push)).toEqual([
      { part: "title", text: "Back" },
      { part: "link", text: "{{ product.url }}" },
      { part: "urgency", text: "high" },
    ]);
  });

  it("reads the blocks of an e-mail", () => {
    const blocks = [{ type: "heading", text: "It is back" }, { type: "product_card" }, { type: "button", text: "See it", link: {} }];
    expect(partsOf({ blocks })).toEqual([{ part: "blocks", text: "It is back\nSee it" }]);
  });
});

describe("headline", () => {
  it("puts merge tags in words", () => {
    expect(headline({ subject: "{{ product.name | upper }} is back, {{first_name}}" })).toBe("{product name} is back, {first name}");
    expect(headline({ text: "Hello" })).toBe("Hello");
    expect(headline({})).toBeUndefined();
    expect(headline(undefined)).toBeUndefined();
  });
});

describe("templatePieces", () => {
  it("keeps every word and sets the tags apart", () => {
    expect(templatePieces("a {{ b }}{{c}} d")).toEqual([
      { start: 0, words: "a ", isTag: false },
      { start: 2, words: "b", isTag: true },
      { start: 9, words: "c", isTag: true },
      { start: 14, words: " d", isTag: false },
    ]);
    expect(templatePieces("")).toEqual([]);
  });
});
