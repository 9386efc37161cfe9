import { Shuffle } from "lucide-react";

import { t } from "../texts/texts";
import { shareWords } from "../texts/words";
import { type NodeFace, outlet, titleOr, typeTitle } from "./face";

export const split: NodeFace<"split"> = {
  icon: () => Shuffle,
  tint: "choice",
  title: (node) => titleOr(node, typeTitle("split")),
  summary: ({ shares }) => t("node.split.shares", { shares: shares.map(({ share }) => shareWords(share, 100)).join(" · ") }),
  outlets: ({ shares }) => shares.map(({ id, title }) => outlet(id, title)),
  counts: ["entered", "passed"],
  fresh: (id) => ({
    id,
    type: "split",
    shares: [
      { id: "a", title: "A", share: 50 },
      { id: "b", title: "B", share: 50 },
    ],
  }),
};
