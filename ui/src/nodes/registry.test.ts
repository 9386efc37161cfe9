import { describe, expect, it } from "vitest";

import type { JourneyNode, NodeOf, NodeType } from "../document/journey";
import { hasUnnamedStart, tellJourneys } from "./journeyNames";
import { lookOf, NODE_FACES } from "./registry";

/** One well-filled node of each type, and the words that its card must show. */
const EXAMPLES: { readonly [Type in NodeType]: readonly [NodeOf<Type>, string] } = {
  entry: [{ id: "a", type: "entry", trigger: { kind: "event", event: "Back in Stock" } }, "When Back in Stock occurs"],
  delay: [{ id: "a", type: "delay", duration: "PT1H" }, "Wait 1 hour"],
  wait_until: [{ id: "a", type: "wait_until", events: [{ event: "Order Completed" }], timeout: "P3D" }, "Until Order Completed, or 3 days"],
  branch: [{ id: "a", type: "branch", ways: [{ id: "gold", title: "Gold" }] }, "1 way, or otherwise"],
  split: [
    { id: "a", type: "split", shares: [{ id: "a", share: 25 }, { id: "b", share: 75 }] },
    "25% · 75% by chance",
  ],
  holdout: [{ id: "a", type: "holdout", share: 10 }, "10% hear nothing, to compare"],
  message: [{ id: "a", type: "message", channel: "web_push", message: "restock" }, "“{product name} is back”"],
  update_profile: [{ id: "a", type: "update_profile", set: { tier: 1, told: true }, remove: ["draft"] }, "Set tier and told; remove draft"],
  waitlist: [{ id: "a", type: "waitlist", change: "remove" }, "Take off the waitlist"],
  start_journey: [{ id: "a", type: "start_journey", journey: "Second reminder" }, "Start Second reminder"],
  goal: [{ id: "a", type: "goal", goal: "bought_it" }, "Reaches: Bought it"],
  exit: [{ id: "a", type: "exit", reason: "completed" }, "Ends as: Completed"],
};

const MESSAGES = { restock: { channel: "web_push", title: "{{ product.name | upper }} is back" } };

const OUTLETS: { readonly [Type in NodeType]: readonly string[] } = {
  entry: ["next"],
  delay: ["next"],
  wait_until: ["happened", "timed_out"],
  branch: ["gold", "otherwise"],
  split: ["a", "b"],
  holdout: ["next", "held_out"],
  message: ["sent", "not_sent", "no_channel"],
  update_profile: ["next"],
  waitlist: ["next"],
  start_journey: ["next"],
  goal: ["next"],
  exit: [],
};

const TYPES = Object.keys(NODE_FACES) as NodeType[];

describe.each(TYPES)("the face of %s", (type) => {
  const [node, words] = EXAMPLES[type];
  const look = lookOf(node as JourneyNode, MESSAGES);

  it("has an icon, a title and its summary in words", () => {
    expect(look.icon).toBeTruthy();
    expect(look.title).toMatch(/^[A-Z]/);
    expect(look.title).not.toContain("node.");
    expect(look.summary).toBe(words);
  });

  it("names its outlets in the order in which they are drawn", () => {
    expect(look.outlets.map(({ id }) => id)).toEqual(OUTLETS[type]);
    expect(look.outlets.every(({ label }) => label !== "")).toBe(true);
  });

  it("shows who came", () => {
    expect(look.counts).toContain("entered");
  });

  it("is called what its author called it", () => {
    expect(lookOf({ ...node, title: "My own name" } as JourneyNode, MESSAGES).title).toBe("My own name");
  });
});

describe("lookOf", () => {
  it("shows the channel of a message as icon and title", () => {
    const email = lookOf({ id: "a", type: "message", channel: "email", message: "gone" }, {});
    expect(email.title).toBe("E-mail");
    expect(email.summary).toBe("“gone”");
    expect(email.icon).not.toBe(lookOf({ id: "a", type: "message", channel: "sms", message: "gone" }, {}).icon);
  });

  it("says that a type is unknown instead of leaving the node out", () => {
    const look = lookOf({ id: "a", type: "loyalty_points" } as unknown as JourneyNode, {});
    expect(look.title).toBe("Unknown step");
    expect(look.summary).toContain("loyalty_points");
  });

  it.each([
    [{ window: { opens: "09:00:00", closes: "20:00:00" } }, "Wait until 9:00–20:00 local time"],
    [{ until_date: { attribute: "birthday", offset: "-P3D" } }, "Wait until 3 days before birthday"],
    [{ until_date: { attribute: "delivered_at", offset: "P1D" } }, "Wait until 1 day after delivered_at"],
    [{ until_date: { attribute: "trial_end" }, duration: null }, "Wait until trial_end"],
    [{}, "How long is not set"],
  ])("says what a delay waits for: %j", (config, words) => {
    expect(lookOf({ id: "a", type: "delay", ...config }, {}).summary).toBe(words);
  });

  it.each([
    [{ kind: "segment_entered", segment: "VIP" }, "When someone joins VIP"],
    [{ kind: "schedule", at: "09:00:00" }, "Every day at 9:00"],
    [{ kind: "schedule", at: "09:00:00", weekdays: ["mon"] }, "Mon at 9:00"],
    [{ kind: "schedule", at: "09:00:00", day_of_month: 1 }, "Day 1 of each month at 9:00"],
    [{ kind: "api" }, "When the API names someone"],
    [{ kind: "audience" }, "Everybody in the audience, once"],
  ] as const)("says what lets people in: %j", (trigger, words) => {
    expect(lookOf({ id: "a", type: "entry", trigger }, {}).summary).toBe(words);
  });

  it("calls the journey that a step starts by its name, as soon as that was told", () => {
    const node: JourneyNode = { id: "a", type: "start_journey", journey: "jny_9" };
    const document = { graph: { nodes: [null, { id: "b", type: "delay" }, node] } };
    expect(lookOf({ ...node, journey: "" }, {}).summary).toBe("Choose a journey");
    expect([hasUnnamedStart(document), hasUnnamedStart({ graph: { nodes: [{ ...node, journey: "" }] } }), hasUnnamedStart({})]).toEqual([true, false, false]);

    tellJourneys([{ id: "jny_9", name: "Win back" }]);

    expect(lookOf(node, {}).summary).toBe("Start Win back");
    expect(hasUnnamedStart(document)).toBe(false);
  });

  it("draws the outlets that the settings of a wait make, each once", () => {
    const events = [{ event: "Clicked", outlet: "clicked" }, { event: "Order Completed" }];
    const look = lookOf({ id: "a", type: "wait_until", events, condition: { kind: "all", of: [] } as const, timeout: null }, {});
    expect(look.outlets.map(({ id }) => id)).toEqual(["clicked", "happened"]);
    expect(look.summary).toBe("Until Clicked, Order Completed, or a condition holds");
  });

  it("draws the way of those without the date that a delay waits for", () => {
    const look = lookOf({ id: "a", type: "delay", until_date: { attribute: "birthday" } }, {});
    expect(look.outlets).toMatchObject([{ id: "next" }, { id: "no_date", fallback: "next" }]);
  });

  it("says of every type that its settings make no sense, where they do not", () => {
    const types = Object.keys(NODE_FACES) as NodeType[];
    for (const type of types) expect(lookOf({ id: "a", type } as JourneyNode, {}).title).not.toBe("");
    const garbled = { id: "a", type: "delay", window: 9 } as unknown as JourneyNode;
    expect(lookOf(garbled, {})).toMatchObject({ title: "Delay", summary: "Its settings cannot be read", outlets: [] });
  });
});
