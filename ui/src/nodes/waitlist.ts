import { ListPlus } from "lucide-react";

import { t } from "../texts/texts";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const waitlist: NodeFace<"waitlist"> = {
  icon: () => ListPlus,
  tint: "change",
  title: (node) => titleOr(node, typeTitle("waitlist")),
  summary: ({ change, variant }) =>
    variant == null ? t(`node.waitlist.${change}`) : t(`node.waitlist.${change}Variant`, { variant }),
  outlets: nextOutlet,
  counts: ["entered", "passed"],
  fresh: (id) => ({ id, type: "waitlist", change: "remove" }),
};
