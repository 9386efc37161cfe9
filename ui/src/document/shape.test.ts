import { describe, expect, it } from "vitest";

import { layoutJourney } from "../canvas/layout";
import { documentInFile } from "../journeys/importing";
import { lookOf } from "../nodes/registry";
import { documentFrom } from "./journey";

const WAIT = { id: "wait", type: "delay", duration: "PT1H" };
const graph = { nodes: [WAIT], edges: [] };
const GARBLED = [
  { graph: null },
  { graph: [] },
  { graph: { nodes: "wait" } },
  { graph: { nodes: [null, WAIT] } },
  { graph: { nodes: [{ id: 3, type: "delay" }] } },
  { graph: { nodes: [{ id: "until", type: "wait_until", events: "Seen" }] } },
  { graph: { ...graph, edges: [{ source: "wait" }] } },
  { graph, messages: { letter: "Hello" } },
  { graph, messages: [] },
  { graph, settings: "none" },
  { graph, layout: { wait: { x: "left", y: 0 } } },
  { graph, notes: [{ id: "note" }] },
];

const file = (text: string) => new File([text], "journey.json");

describe("a journey from outside", () => {
  it.each(GARBLED)("is none, and draws what can be drawn, where it is %j", async (value) => {
    expect(await documentInFile(file(JSON.stringify(value)))).toBeNull();

    const document = documentFrom(value);

    const outlets = new Map(document.graph.nodes.map((node) => [node.id, lookOf(node, document.messages).outlets.map(({ id }) => id)]));
    expect(() => layoutJourney(document.graph, outlets, true, document.layout)).not.toThrow();
    expect(document.graph.nodes.every(({ id }) => id === "wait")).toBe(true);
  });

  it.each(["", "[]", "null", "{}", "{"])("is none where the file holds %j", async (text) => expect(await documentInFile(file(text))).toBeNull());

  it("is taken as it is, finished or not", async () => {
    const begun = { graph: {}, note: "kept" };
    const whole = { graph, messages: { letter: { channel: "sms" } }, settings: {}, layout: { wait: { x: 1, y: 2 } }, notes: [] };

    expect(await documentInFile(file(JSON.stringify(begun)))).toEqual(begun);
    expect(documentFrom(begun)).toMatchObject({ graph: { nodes: [], edges: [] }, note: "kept" });
    expect(documentFrom(whole)).toEqual({ ...whole, schema: 1, name: "" });
  });
});
