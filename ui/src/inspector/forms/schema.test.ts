import { expect, it } from "vitest";

import { fieldsOf } from "./schema";

const SCHEMA = {
  $defs: { Tier: { enum: ["gold", "silver"], type: "string", title: "Tier" } },
  properties: {
    id: { type: "string" },
    type: { const: "loyalty", type: "string" },
    title: { anyOf: [{ type: "string" }, { type: "null" }] },
    points: { type: "integer", minimum: 1, maximum: 500, description: "How many to give." },
    tier: { $ref: "#/$defs/Tier" },
    why_given: { anyOf: [{ type: "string", maxLength: 2000 }, { type: "null" }], default: null },
    wait: { type: "string", format: "duration", title: "Give after" },
    silent: { type: "boolean", default: false },
    factor: { anyOf: [{ type: "number" }, { type: "null" }] },
    shops: { type: "array", items: { type: "string" } },
    rules: { type: "array", items: { type: "object" } },
    either: { anyOf: [{ type: "number" }, { type: "string" }] },
  },
  required: ["id", "points"],
};

it("makes a field of each setting, by what its schema says", () => {
  const fields = fieldsOf(SCHEMA);
  expect(fields.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    "points: integer",
    "tier: choice",
    "why_given: longText",
    "wait: duration",
    "silent: boolean",
    "factor: number",
    "shops: texts",
    "rules: json",
    "either: json",
  ]);
  expect(fields[0]).toMatchObject({ label: "Points", hint: "How many to give.", isRequired: true, min: 1, max: 500 });
  expect(fields[1]).toMatchObject({ label: "Tier", choices: ["gold", "silver"] });
  expect(fields[2]).toMatchObject({ label: "Why given", isRequired: false });
  expect(fields[3]).toMatchObject({ label: "Give after" });
});
