// @vitest-environment jsdom
import { expect, test } from "vitest";

import { addressOf, sampled, samplesOf, tagText } from "./samples";

test("a text is read with the samples, or with the fallback that is written there", () => {
  expect(sampled("{{ product.name | upper }} for {{ profile.first_name }}")).toBe("FJELL JACKET for Ada");
  expect(sampled("{{ profile.nickname | default('you') }}")).toBe("you");
  expect(sampled("In {{ product.city }}", samplesOf([{ group: "product", tag: "product.city", sample: "Graz", nullable: true }]))).toBe("In Graz");
});

test("a tag whose value may be missing is inserted with its fallback", () => {
  expect(tagText({ tag: "profile.first_name", nullable: true }, "you")).toBe("{{ profile.first_name | default('you') }}");
  expect(tagText({ tag: "profile.town", nullable: true }, "L'Aquila")).toBe(String.raw`{{ profile.town | default('L\'Aquila') }}`);
  expect(tagText({ tag: "product.url", nullable: false }, "there")).toBe("{{ product.url }}");
});

test("a link by its kind leads to the address that the engine gives it", () => {
  expect(addressOf({ kind: "product" })).toBe("{{ product.url }}");
  expect(addressOf({ url: "https://shop.example" })).toBe("https://shop.example");
  expect(addressOf(null)).toBe("");
});
