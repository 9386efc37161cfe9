import { expect, it } from "vitest";

import { documentFrom } from "../document/journey";
import { freshSetting, inventedProperties, linkTo, settingFrom, trialOf } from "./setting";

const entry = { id: "entry", type: "entry", trigger: { kind: "event", event: "Price Dropped" } };
const document = documentFrom({ graph: { nodes: [entry], edges: [] } });
const property = (name: string, samples: unknown[]) => ({ name, type: "text" as const, samples });
const events = [{ name: "Price Dropped", seen: 3, properties: [property("sku", ["FJELL-M"]), property("products.sku", ["X"]), property("price", [])] }];
const vocabulary = { events, attributes: [], segments: [], sources: [], filters: [] };

it("invents the entry event with values that were seen", () => {
  const setting = freshSetting(document, vocabulary);
  expect(setting.event).toBe("Price Dropped");
  expect(inventedProperties("Price Dropped", vocabulary)).toMatchObject({ sku: "FJELL-M" });
  expect(trialOf(setting, document)).toMatchObject({
    profile: { attributes: { first_name: "Ada" } },
    event: { name: "Price Dropped" },
    script: [{ after: "PT0S", stock: { "FJELL-M": 5 } }],
  });
});

it("lets somebody real in by what really happened to her", () => {
  const past = { id: "evt_1", name: "Price Dropped", at: "2027-01-05T12:00:00Z", sku: "FJELL-L" };
  const trial = trialOf({ ...freshSetting(document, vocabulary), profile: "prf_1", past }, document);
  expect(trial).toMatchObject({ profile: "prf_1", event_id: "evt_1", script: [{ stock: { "FJELL-L": 5 } }] });
  expect(trial).not.toHaveProperty("event");
});

it("travels in a link", () => {
  const setting = { ...freshSetting(document, vocabulary), stock: 0 };
  const link = new URL(linkTo(setting, new URL("https://shop.example/journeys/jny_1?node=push")));
  expect(link.pathname).toBe("/journeys/jny_1");
  expect(settingFrom(link.searchParams.get("simulate"))).toEqual(setting);
  for (const broken of [null, "", "{", "[]", '{"event": 1}']) expect(settingFrom(broken)).toBeNull();
});
