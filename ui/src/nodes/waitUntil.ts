import { AlarmClock } from "lucide-react";

import type { WaitUntilNode } from "../document/journey";
import { t } from "../texts/texts";
import { durationWords, listWords } from "../texts/words";
import { type NodeFace, outlet, titleOr, typeTitle } from "./face";

const HAPPENED = "happened";
const TIMED_OUT = "timed_out";

export const waitUntil: NodeFace<"wait_until"> = {
  icon: () => AlarmClock,
  tint: "time",
  title: (node) => titleOr(node, typeTitle("wait_until")),
  summary: waitWords,
  outlets: (node) => [...outletIds(node)].map((id) => outlet(id)),
  counts: ["entered", "waiting", "passed"],
  fresh: (id) => ({ id, type: "wait_until", events: [{ event: "Order Completed" }], timeout: "P1D" }),
};

/** Those of the events, then the condition's, then the limit's; events may share one. */
function outletIds({ events = [], condition, timeout }: WaitUntilNode): ReadonlySet<string> {
  return new Set([
    ...events.map((awaited) => awaited.outlet ?? HAPPENED),
    ...(condition == null ? [] : [HAPPENED]),
    ...(timeout == null ? [] : [TIMED_OUT]),
  ]);
}

function waitWords({ events = [], condition, timeout }: WaitUntilNode): string {
  const awaited = events.map(({ event }) => event);
  if (condition != null) awaited.push(t("node.wait_until.condition"));
  const what = listWords(awaited, "disjunction");
  if (timeout == null) return t("node.wait_until.event", { what });
  return t("node.wait_until.timeout", { what, timeout: durationWords(timeout) });
}
