import { UserPen } from "lucide-react";

import { t } from "../texts/texts";
import { listWords } from "../texts/words";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const updateProfile: NodeFace<"update_profile"> = {
  icon: () => UserPen,
  tint: "change",
  title: (node) => titleOr(node, typeTitle("update_profile")),
  summary: (node) => t("node.update_profile.set", { attributes: listWords(Object.keys(node.set)) }),
  outlets: nextOutlet,
  counts: ["entered", "passed"],
};
