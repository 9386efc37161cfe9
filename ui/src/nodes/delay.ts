import { Hourglass } from "lucide-react";

import type { DelayNode } from "../document/journey";
import { t } from "../texts/texts";
import { durationSeconds, durationWords, windowWords } from "../texts/words";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const delay: NodeFace<"delay"> = {
  icon: () => Hourglass,
  tint: "time",
  title: (node) => titleOr(node, typeTitle("delay")),
  summary: delayWords,
  outlets: nextOutlet,
  counts: ["entered", "waiting", "passed"],
};

function delayWords(node: DelayNode): string {
  if (node.duration !== undefined) return t("node.delay.duration", { duration: durationWords(node.duration) });
  if (node.window !== undefined) return t("node.delay.window", { window: windowWords(node.window) });
  return dateWords(node.attribute ?? "", node.offset ?? "PT0S");
}

function dateWords(attribute: string, offset: string): string {
  const seconds = durationSeconds(offset) ?? 0;
  if (seconds === 0) return t("node.delay.date", { attribute });
  const duration = durationWords(offset);
  return seconds < 0 ? t("node.delay.before", { attribute, duration }) : t("node.delay.after", { attribute, duration });
}
