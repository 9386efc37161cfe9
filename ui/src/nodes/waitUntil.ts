import { AlarmClock } from "lucide-react";

import type { WaitUntilNode } from "../document/journey";
import { t } from "../texts/texts";
import { durationWords } from "../texts/words";
import { type NodeFace, outlet, titleOr, typeTitle } from "./face";

export const waitUntil: NodeFace<"wait_until"> = {
  icon: () => AlarmClock,
  tint: "time",
  title: (node) => titleOr(node, typeTitle("wait_until")),
  summary: waitWords,
  outlets: () => [outlet("happened"), outlet("timeout")],
  counts: ["entered", "waiting", "passed"],
};

function waitWords({ event, timeout }: WaitUntilNode): string {
  const what = event ?? t("node.wait_until.condition");
  if (timeout === undefined) return t("node.wait_until.event", { what });
  return t("node.wait_until.timeout", { what, timeout: durationWords(timeout) });
}
