import { Shuffle } from "lucide-react";

import { t } from "../texts/texts";
import { shareWords } from "../texts/words";
import { type NodeFace, outlet, titleOr, typeTitle } from "./face";

export const split: NodeFace<"split"> = {
  icon: () => Shuffle,
  tint: "choice",
  title: (node) => titleOr(node, typeTitle("split")),
  summary: ({ arms }) => {
    const whole = arms.reduce((sum, arm) => sum + arm.share, 0);
    return t("node.split.shares", { shares: arms.map((arm) => shareWords(arm.share, whole)).join(" · ") });
  },
  outlets: (node) => node.arms.map((arm) => outlet(arm.outlet, arm.title)),
  counts: ["entered", "passed"],
};
