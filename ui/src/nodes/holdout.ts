import { CircleSlash2 } from "lucide-react";

import { t } from "../texts/texts";
import { shareWords } from "../texts/words";
import { type NodeFace, outlet, titleOr, typeTitle } from "./face";

export const holdout: NodeFace<"holdout"> = {
  icon: () => CircleSlash2,
  tint: "choice",
  title: (node) => titleOr(node, typeTitle("holdout")),
  summary: (node) => t("node.holdout.share", { share: shareWords(node.share, 100) }),
  outlets: () => [outlet("next"), { ...outlet("held_out"), isEnd: true }],
  counts: ["entered", "passed"],
  fresh: (id) => ({ id, type: "holdout", share: 10 }),
};
