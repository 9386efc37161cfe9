import { describe, expect, it } from "vitest";

import { differences } from "../editor/differences";
import { connected, inserted, removed } from "../edits/graph";
import { smallJourney } from "../edits/testing";
import { isTold, wordsOf } from "./differenceWords";

const before = smallJourney();

function told(document: typeof before): readonly string[] {
  const states = { document, before };
  return differences(before, document)
    .filter((each) => isTold(each, states))
    .map((each) => `${each.how}: ${wordsOf(each, states)}`);
}

describe("what differs, in words", () => {
  it("says where a way led and leads", () => {
    expect(told(connected(before, { source: "push", outlet: "not_sent", target: "done" }))).toEqual([
      "changed: Way on: Web push, Not sent: E-mail → Exit",
    ]);
  });

  it("tells a step that came or went once, without its own ways and its message", () => {
    const added = inserted(before, { node: { id: "rest", type: "delay", duration: "PT2H" } }, { source: "push", outlet: "sent" });
    expect(told(added)).toEqual(["added: Step: Delay (Wait 2 hours)", "changed: Way on: Web push, Sent: Exit → Delay"]);
    expect(told(removed(before, new Set(["mail"])))).toEqual([
      "removed: Step: E-mail (“Back”)",
      expect.stringMatching(/^(changed|removed): Way on: Web push, Not sent: E-mail/),
    ]);
  });

  it("says what a message said and says", () => {
    const messages = { ...before.messages, restock: { channel: "web_push", title: "It is back" } };
    expect(told({ ...before, messages })).toEqual(["changed: Message of Web push: “Back” → “It is back”"]);
    const longer = { ...before, messages: { ...before.messages, restock: { channel: "web_push", title: "Back", body: "Be quick" } } };
    expect(told(longer)).toEqual(["changed: Message of Web push"]);
  });
});
