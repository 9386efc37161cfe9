import { UserPen } from "lucide-react";

import type { UpdateProfileNode } from "../document/journey";
import { t } from "../texts/texts";
import { listWords } from "../texts/words";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const updateProfile: NodeFace<"update_profile"> = {
  icon: () => UserPen,
  tint: "change",
  title: (node) => titleOr(node, typeTitle("update_profile")),
  summary: changeWords,
  outlets: nextOutlet,
  counts: ["entered", "passed"],
  fresh: (id) => ({ id, type: "update_profile", set: {} }),
};

function changeWords({ set = {}, remove = [] }: UpdateProfileNode): string {
  const names = listWords(Object.keys(set));
  const removed = listWords(remove);
  if (removed === "") return t("node.update_profile.set", { names });
  return names === "" ? t("node.update_profile.remove", { removed }) : t("node.update_profile.both", { names, removed });
}
