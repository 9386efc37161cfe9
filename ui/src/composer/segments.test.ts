import { describe, expect, it } from "vitest";

import { segmentsOf } from "./segments";

describe("segmentsOf", () => {
  it.each([
    ["", "GSM-7", 0, 0],
    ["a".repeat(160), "GSM-7", 160, 1],
    ["a".repeat(161), "GSM-7", 161, 2],
    ["€".repeat(80), "GSM-7", 160, 1],
    ["ä".repeat(70), "GSM-7", 70, 1],
    ["日".repeat(70), "UCS-2", 70, 1],
    ["日".repeat(71), "UCS-2", 71, 2],
    ["🧥", "UCS-2", 2, 1],
  ] as const)("cuts %j as %s", (text, encoding, units, segments) => {
    expect(segmentsOf(text)).toEqual({ encoding, units, segments });
  });
});
