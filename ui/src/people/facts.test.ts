import { describe, expect, it } from "vitest";

import { factWords, isNothing, isRecords } from "./facts";

describe("factWords", () => {
  it.each([
    ["plain", "plain"],
    [7, "7"],
    [false, "false"],
    [[1, "a"], '[1,"a"]'],
    [{ id: "jny_1", name: "Back in stock" }, "jny_1 · Back in stock"],
    [{ a: { b: 1 } }, '{"a":{"b":1}}'],
    ["2027-13-99", "2027-13-99"],
  ])("says %j as %s", (value, words) => {
    expect(factWords(value)).toBe(words);
  });

  it("tells an instant exactly", () => {
    expect(factWords("2027-01-05T12:01:03Z")).toMatch(/2027.*\d\d:01:03/);
  });
});

describe("isNothing", () => {
  it("leaves out what is empty, and keeps zero and false", () => {
    expect([undefined, null, "", [], {}].every(isNothing)).toBe(true);
    expect([0, false, "x", [0], { a: 1 }].some(isNothing)).toBe(false);
  });
});

describe("isRecords", () => {
  it("knows a list of records", () => {
    expect(isRecords([{ a: 1 }])).toBe(true);
    expect(isRecords(["a"])).toBe(false);
    expect(isRecords({ a: 1 })).toBe(false);
  });
});
