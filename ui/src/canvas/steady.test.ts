import { describe, expect, it } from "vitest";

import { isSame } from "../document/same";
import { Steady, steadyList, steadyLook } from "./steady";

const draw = (about: object) => ({ of: about });

describe("what is drawn as before", () => {
  const node = { id: "pause", type: "delay", duration: "P1D" } as const;

  it("stays the same object while nothing differs, and is a new one when anything does", () => {
    const steady = new Steady<object, object, { of: object }>();
    const drawn = steady.of(node, { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [{ id: "in" }] }, draw);
    expect(steady.of(node, { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [{ id: "in" }] }, draw)).toBe(drawn);
    for (const other of [
      { at: { x: 1, y: 3 }, ways: new Set(["a"]), handles: [{ id: "in" }] },
      { at: { x: 1, y: 2 }, ways: new Set(["b"]), handles: [{ id: "in" }] },
      { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [] },
      { at: { x: 1, y: 2 }, ways: new Set(["a"]), handles: [{ id: "in" }], problem: undefined },
    ])
      expect(steady.of(node, other, draw).of).toBe(other);
  });

  it("stays the same list while it holds the same things in the same order", () => {
    const [one, other] = [{}, {}];
    const list = [one, other];
    expect(steadyList(list, [one, other])).toBe(list);
    for (const changed of [[one], [other, one], [one, other, one], [one, {}]]) expect(steadyList(list, changed)).toBe(changed);
  });

  it("is told from what only looks alike", () => {
    expect(isSame({ a: undefined }, {})).toBe(false);
    expect(isSame({}, { a: undefined })).toBe(false);
    expect(isSame(new Map([[1, 2]]), new Map([[1, 2]]))).toBe(false);
    expect(isSame(Number.NaN, Number.NaN)).toBe(true);
  });

  it("has one look for a node, until it looks otherwise", () => {
    const look = steadyLook(node, {});
    expect(steadyLook(node, {})).toBe(look);
    expect(steadyLook({ ...node, duration: "P2D" }, {}).summary).not.toBe(look.summary);
    const letter = { id: "mail", type: "message", channel: "email", message: "letter" } as const;
    const before = steadyLook(letter, { letter: { subject: "Back" }, other: { text: "Hello" } });
    expect(steadyLook(letter, { letter: { subject: "Back" }, other: { text: "Good day" } })).toBe(before);
    expect(steadyLook(letter, { letter: { subject: "Here again" } }).summary).toContain("Here again");
  });
});
