import { describe, expect, it } from "vitest";

import type { JourneyNode } from "../document/journey";
import { added, changed, connected, disconnected, inserted, isConnectable, moved, removed, tidied } from "./graph";
import { arrows, smallJourney } from "./testing";

const PAUSE: JourneyNode = { id: "pause", type: "delay", duration: "PT1H" };

describe("inserted", () => {
  it("puts a step into an edge: what followed follows it", () => {
    const after = inserted(smallJourney(), { node: PAUSE }, { source: "entry", outlet: "next" });
    expect(arrows(after)).toContain("entry:next>pause");
    expect(arrows(after)).toContain("pause:next>push");
    expect(arrows(after)).not.toContain("entry:next>push");
  });

  it("ends a way with an exit, which nothing follows", () => {
    const after = inserted(smallJourney(), { node: { id: "stop", type: "exit" } }, { source: "push", outlet: "sent" });
    expect(arrows(after)).toContain("push:sent>stop");
    expect(after.graph.edges.some(({ source }) => source === "stop")).toBe(false);
  });

  it("brings the message along that a message step sends", () => {
    const node: JourneyNode = { id: "sms", type: "message", channel: "sms", message: "text" };
    const after = inserted(smallJourney(), { node, content: { channel: "sms", text: "Hi" } }, { source: "push", outlet: "no_channel" });
    expect(after.messages["text"]).toEqual({ channel: "sms", text: "Hi" });
  });
});

describe("removed", () => {
  it("heals the gap by the first way on", () => {
    expect(arrows(removed(smallJourney(), new Set(["push"])))).toEqual(["entry:next>done", "mail:not_sent>done", "mail:sent>done"]);
  });

  it("heals over several steps at once, and takes their messages along", () => {
    const after = removed(smallJourney(), new Set(["push", "mail"]));
    expect(arrows(after)).toEqual(["entry:next>done"]);
    expect(after.messages).toEqual({});
  });

  it("leaves an open end where nothing came next", () => {
    expect(arrows(removed(smallJourney(), new Set(["done"])))).toEqual(["entry:next>push", "push:not_sent>mail"]);
  });

  it("never leads a step to itself", () => {
    const looped = connected(smallJourney(), { source: "mail", outlet: "sent", target: "push" });
    const after = removed(looped, new Set(["push"]));
    expect(after.graph.edges.every(({ source, target }) => source !== target)).toBe(true);
  });

  it("changes nothing for steps that are not there", () => {
    const before = smallJourney();
    expect(removed(before, new Set(["ghost"]))).toBe(before);
  });
});

describe("edges", () => {
  it("lead one way each: a new one takes the place of the old", () => {
    const after = connected(smallJourney(), { source: "push", outlet: "sent", target: "mail" });
    expect(arrows(after)).toContain("push:sent>mail");
    expect(arrows(after)).not.toContain("push:sent>done");
    expect(arrows(disconnected(after, { source: "push", outlet: "sent" }))).not.toContain("push:sent>mail");
  });

  it("are not drawn into the entry, to oneself, or to nothing", () => {
    const journey = smallJourney();
    expect(isConnectable(journey, { source: "push", target: "mail" })).toBe(true);
    expect(isConnectable(journey, { source: "push", target: "entry" })).toBe(false);
    expect(isConnectable(journey, { source: "push", target: "push" })).toBe(false);
    expect(isConnectable(journey, { source: "push", target: "ghost" })).toBe(false);
  });

  it("go with the way out that they left by", () => {
    const branch: JourneyNode = { id: "where", type: "branch", ways: [{ id: "yes" }, { id: "no" }] };
    const before = connected(added(smallJourney(), { node: branch }), { source: "where", outlet: "no", target: "done" });
    expect(arrows(changed(before, { ...branch, ways: [{ id: "yes" }] }))).not.toContain("where:no>done");
  });
});

describe("places", () => {
  it("are the author's until the canvas is tidied", () => {
    const placed = moved(smallJourney(), { push: { x: 40, y: 80 } });
    expect(placed.layout).toEqual({ push: { x: 40, y: 80 } });
    expect(tidied(placed).layout).toEqual({});
  });
});
