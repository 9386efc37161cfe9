import { Hourglass } from "lucide-react";

import type { DelayNode } from "../document/journey";
import { t } from "../texts/texts";
import { durationSeconds, durationWords, windowWords } from "../texts/words";
import { nextOutlet, type NodeFace, outlet, titleOr, typeTitle } from "./face";

export const delay: NodeFace<"delay"> = {
  icon: () => Hourglass,
  tint: "time",
  title: (node) => titleOr(node, typeTitle("delay")),
  summary: delayWords,
  outlets: (node) =>
    node.until_date == null ? nextOutlet() : [...nextOutlet(), { ...outlet("no_date"), fallback: "next" }],
  counts: ["entered", "waiting", "passed"],
  fresh: (id) => ({ id, type: "delay", duration: "PT1H" }),
};

function delayWords({ duration, window, until_date }: DelayNode): string {
  if (duration != null) return t("node.delay.duration", { duration: durationWords(duration) });
  if (window != null) return t("node.delay.window", { window: windowWords(window) });
  if (until_date != null) return untilWords(until_date.attribute, until_date.offset ?? "PT0S");
  return t("node.delay.unclear");
}

function untilWords(attribute: string, offset: string): string {
  const seconds = durationSeconds(offset) ?? 0;
  if (seconds === 0) return t("node.delay.date", { attribute });
  const duration = durationWords(offset);
  return seconds < 0 ? t("node.delay.before", { attribute, duration }) : t("node.delay.after", { attribute, duration });
}
