import { describe, expect, it } from "vitest";

import { documentFrom } from "../document/journey";
import { fragmentFrom, fragmentOf, fragmentText, pasted } from "./fragment";
import { arrows, smallJourney } from "./testing";

const AWAY = { x: 40, y: 40 };
const steps = (parts: object) => JSON.stringify({ kind: "waitline/steps@1", nodes: [], edges: [], ...parts });

describe("copying and pasting", () => {
  it("carries steps, the edges among them and their messages to another journey, as JSON", () => {
    const text = fragmentText(fragmentOf(smallJourney(), new Set(["push", "mail"])));
    const fragment = fragmentFrom(text);
    expect(JSON.parse(text)).toMatchObject({ kind: "waitline/steps@1" });
    if (fragment === null) throw new Error("what was copied cannot be read");

    const { document, ids } = pasted(documentFrom({ name: "Another" }), fragment, AWAY);

    expect(ids).toEqual(["push", "mail"]);
    expect(arrows(document)).toEqual(["push:not_sent>mail"]);
    expect(document.messages).toEqual({ restock: { channel: "web_push", title: "Back" }, letter: { channel: "email", subject: "Back" } });
  });

  it("takes free names where the old ones are taken, and references follow", () => {
    const journey = smallJourney();
    const waiting = {
      ...journey,
      graph: {
        ...journey.graph,
        nodes: [...journey.graph.nodes, { id: "click", type: "wait_until" as const, events: [{ event: "Link Clicked", message: "push" }] }],
      },
    };
    const { document, ids } = pasted(waiting, fragmentOf(waiting, new Set(["push", "click"])), AWAY);
    expect(ids).toEqual(["push_2", "click_2"]);
    expect(document.graph.nodes.find(({ id }) => id === "push_2")).toMatchObject({ message: "restock_2" });
    expect(document.graph.nodes.find(({ id }) => id === "click_2")).toMatchObject({ events: [{ message: "push_2" }] });
  });

  it("leaves the entry out: a journey has one", () => {
    expect(fragmentOf(smallJourney(), new Set(["entry", "push"])).nodes.map(({ id }) => id)).toEqual(["push"]);
  });

  it.each([
    "",
    "some prose",
    "{}",
    "[1]",
    '{"kind":"other","nodes":[],"edges":[]}',
    steps({ nodes: [{ id: 1 }] }),
    steps({ nodes: [null] }),
    steps({ nodes: [{ id: "wait", type: "wait_until", events: [null] }] }),
    steps({ nodes: [{ id: "in", type: "entry" }] }),
    steps({ edges: "a > b" }),
    steps({ messages: { letter: null } }),
    steps({ layout: { wait: null } }),
  ])("reads no steps out of %j", (text) => expect(fragmentFrom(text)).toBeNull());
});
