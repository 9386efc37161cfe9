import { expect, test } from "vitest";

import { priceWords } from "./money";

test("a price has the places of its currency", () => {
  expect(priceWords({ amount: 4990, currency: "EUR" })).toMatch(/49[.,]90/);
  expect(priceWords({ amount: 4990, currency: "JPY" })).toMatch(/4[.,]990/);
  expect(priceWords({ amount: 4990, currency: "KWD" })).toMatch(/4[.,]990/);
});
