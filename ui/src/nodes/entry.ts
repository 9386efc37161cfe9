import { LogIn } from "lucide-react";

import type { EntryNode, Trigger } from "../document/journey";
import { t } from "../texts/texts";
import { dateWords } from "../texts/times";
import { daysWords, timeWords } from "../texts/words";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const entry: NodeFace<"entry"> = {
  icon: () => LogIn,
  tint: "entry",
  title: (node) => titleOr(node, typeTitle("entry")),
  summary: ({ trigger }: EntryNode) => triggerWords(trigger),
  outlets: nextOutlet,
  counts: ["entered", "passed"],
  fresh: (id) => ({ id, type: "entry", trigger: { kind: "event", event: "Back in Stock" } }),
};

function triggerWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case "event":
      return t("node.entry.event", { event: trigger.event });
    case "segment_entered":
      return t("node.entry.segment", { segment: trigger.segment });
    case "schedule":
      return scheduleWords(trigger);
    case "api":
      return t("node.entry.api");
    case "audience":
      return trigger.at == null ? t("node.entry.audience") : t("node.entry.audienceAt", { date: dateWords(trigger.at) });
  }
}

function scheduleWords({ at, weekdays, day_of_month }: Extract<Trigger, { kind: "schedule" }>): string {
  const time = timeWords(at);
  if (day_of_month != null) return t("node.entry.monthly", { time, day: day_of_month });
  const days = daysWords(weekdays ?? []);
  return days === "" ? t("node.entry.daily", { time }) : t("node.entry.weekly", { time, days });
}
