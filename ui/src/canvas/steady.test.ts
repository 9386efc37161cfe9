import { describe, expect, it } from "vitest";

import { isSame, Steady, steadyLook } from "./steady";

describe("what is drawn as before", () => {
  const node = { id: "pause", type: "delay", duration: "P1D" } as const;

  it("stays the same object while nothing differs, and is a new one when anything does", () => {
    const steady = new Steady<object, object>();
    const drawn = steady.of(node, { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [{ id: "in" }] });
    expect(steady.of(node, { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [{ id: "in" }] })).toBe(drawn);
    for (const other of [
      { at: { x: 1, y: 3 }, ways: new Set(["a"]), handles: [{ id: "in" }] },
      { at: { x: 1, y: 2 }, ways: new Set(["b"]), handles: [{ id: "in" }] },
      { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [] },
      { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [{ id: "in" }], problem: undefined },
    ])
      expect(steady.of(node, other)).toBe(other);
  });

  it("is told from what only looks alike", () => {
    expect(isSame({ a: undefined }, {})).toBe(false);
    expect(isSame({}, { a: undefined })).toBe(false);
    expect(isSame(new Map([[1, 2]]), new Map([[1, 2]]))).toBe(false);
    expect(isSame(Number.NaN, Number.NaN)).toBe(true);
  });

  it("has one look for a node, until the node or its messages are others", () => {
    const messages = {};
    const look = steadyLook(node, messages);
    expect(steadyLook(node, messages)).toBe(look);
    expect(steadyLook({ ...node, duration: "P2D" }, messages).summary).not.toBe(look.summary);
    expect(steadyLook(node, {})).not.toBe(look);
  });
});
