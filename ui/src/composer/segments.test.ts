import { describe, expect, it } from "vitest";

import { clipped } from "./platforms";
import { sampled, tagText } from "./samples";
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

describe("previews", () => {
  it("fill merge tags with samples, or with the fallback that is written there", () => {
    expect(sampled("{{ product.name | upper }} for {{ profile.first_name }}")).toBe("FJELL JACKET for Ada");
    expect(sampled("{{ profile.nickname | default('you') }}")).toBe("you");
  });

  it("insert a fallback with a tag whose value may be missing", () => {
    expect(tagText("profile.first_name", "there")).toBe("{{ profile.first_name | default('there') }}");
    expect(tagText("product.url", "there")).toBe("{{ product.url }}");
  });

  it("cut at a platform's limit", () => {
    expect(clipped("Fjell jacket is back", 8)).toBe("Fjell j…");
    expect(clipped("Back", 8)).toBe("Back");
  });
});
