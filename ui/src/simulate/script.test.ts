import { expect, it } from "vitest";

import { scriptOf } from "./script";

it("says what happens as the simulator reads it", () => {
  const script = scriptOf(
    [
      { kind: "click", after: "PT10M", node: "push" },
      { kind: "event", after: "PT1H", event: "Order Completed" },
      { kind: "stock", after: "PT2H", stock: 0 },
    ],
    "FJELL-M",
  );
  expect(script).toEqual([
    { after: "PT10M", node: "push", event: { name: "Link Clicked", properties: {} } },
    { after: "PT1H", event: { name: "Order Completed", properties: { sku: "FJELL-M" } } },
    { after: "PT2H", stock: { "FJELL-M": 0 } },
  ]);
});
