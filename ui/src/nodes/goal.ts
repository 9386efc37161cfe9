import { Trophy } from "lucide-react";

import { nameOf, t } from "../texts/texts";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const goal: NodeFace<"goal"> = {
  icon: () => Trophy,
  tint: "goal",
  title: (node) => titleOr(node, typeTitle("goal")),
  summary: (node) => t("node.goal.reached", { goal: nameOf("exit_reason", node.goal) }),
  outlets: nextOutlet,
  counts: ["entered", "passed"],
  fresh: (id) => ({ id, type: "goal", goal: "bought" }),
};
