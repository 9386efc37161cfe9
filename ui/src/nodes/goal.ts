import { Trophy } from "lucide-react";

import { t } from "../texts/texts";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const goal: NodeFace<"goal"> = {
  icon: () => Trophy,
  tint: "goal",
  title: (node) => titleOr(node, typeTitle("goal")),
  summary: (node) => (node.event === undefined ? t("node.goal.reached") : t("node.goal.event", { event: node.event })),
  outlets: nextOutlet,
  counts: ["entered", "passed"],
};
