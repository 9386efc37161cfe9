import { expect, it } from "vitest";

import { type Happening, scriptOf } from "./script";

const HAPPENINGS: readonly Happening[] = [
  { kind: "click", after: "PT10M", node: "push" },
  { kind: "event", after: "PT1H", event: "Product Viewed" },
  { kind: "buy", after: "PT90M" },
  { kind: "stock", after: "PT2H", stock: 0 },
];

it("says what happens as the simulator reads it", () => {
  expect(scriptOf(HAPPENINGS, "FJELL-M")).toEqual([
    { after: "PT10M", node: "push", event: { name: "Link Clicked", properties: {} } },
    { after: "PT1H", event: { name: "Product Viewed", properties: { sku: "FJELL-M" } } },
    {
      after: "PT90M",
      event: { name: "Order Completed", properties: { order_id: "simulated", sku: "FJELL-M", products: [{ sku: "FJELL-M", quantity: 1 }] } },
    },
    { after: "PT2H", stock: { "FJELL-M": 0 } },
  ]);
});

it("changes no stock where there is no item", () => {
  expect(scriptOf(HAPPENINGS, null).some(({ stock }) => stock !== undefined)).toBe(false);
});
