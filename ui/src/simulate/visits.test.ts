import { expect, it } from "vitest";

import type { Trial } from "../client/types";
import { documentFrom } from "../document/journey";
import { marksOf } from "../canvas/walked";
import { differenceOf, visitsOf } from "./visits";

const step = (seq: number, node: string, act: string, at: string, more: object = {}) => ({
  seq, node, visit: 1, act, at: `2027-01-05T${at}:00Z`, outlet: null, reason: null, facts: {}, ...more,
});
const send = { node: "push", at: "2027-01-05T13:00:00Z", channel: "web_push" as const, status: "skipped", rendering: null, problem: null };
const trial = (steps: Trial["steps"]): Trial => ({ refusal: null, steps, sends: [send], ended: false, exit_reason: null, waits_until: null });

const START = [
  step(0, "entry", "entered", "12:00"),
  step(1, "entry", "took", "12:00", { outlet: "next" }),
  step(2, "push", "entered", "12:00"),
  step(3, "push", "delivering", "13:00"),
];
const UNREACHED = visitsOf(trial([...START, step(4, "push", "took", "13:00", { outlet: "no_channel", reason: "no_subscription" }), step(5, "rest", "entered", "13:00")]));

it("makes one visit of all that happens at a step", () => {
  expect(UNREACHED).toMatchObject([
    { node: "entry", outlet: "next", sends: [] },
    { node: "push", at: "2027-01-05T12:00:00Z", leftAt: "2027-01-05T13:00:00Z", outlet: "no_channel", sends: [send] },
    { node: "rest", leftAt: null },
  ]);
});

it("lights up the steps and the edges that were walked, fallbacks too", () => {
  const nodes = [
    { id: "entry", type: "entry", trigger: { kind: "api" } },
    { id: "push", type: "message", channel: "web_push", message: "hello" },
    { id: "rest", type: "delay", duration: "PT1H" },
    { id: "mail", type: "message", channel: "email", message: "hello" },
  ];
  const edges = [{ source: "entry", outlet: "next", target: "push" }, { source: "push", outlet: "not_sent", target: "rest" }];
  const marks = marksOf(UNREACHED, documentFrom({ graph: { nodes, edges } }));
  expect(Object.fromEntries(marks)).toEqual({
    entry: "walked", push: "walked", rest: "here", mail: "untouched", "entry:next": "walked", "push:not_sent": "walked",
  });
});

it("tells what another walk did otherwise", () => {
  const reached = visitsOf(trial([...START, step(4, "push", "took", "13:00", { outlet: "sent" }), step(5, "done", "ended", "13:00", { reason: "completed" })]));
  const { fresh, gone } = differenceOf(UNREACHED, reached);
  expect([...fresh]).toEqual([1, 2]);
  expect(gone.map(({ node }) => node)).toEqual(["push", "rest"]);
  expect(differenceOf(reached, reached)).toEqual({ fresh: new Set(), gone: [] });
});
