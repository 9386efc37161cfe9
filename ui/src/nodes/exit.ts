import { LogOut } from "lucide-react";

import { nameOf, t } from "../texts/texts";
import { type NodeFace, titleOr, typeTitle } from "./face";

export const exit: NodeFace<"exit"> = {
  icon: () => LogOut,
  tint: "end",
  title: (node) => titleOr(node, typeTitle("exit")),
  summary: (node) => t("node.exit.reason", { reason: nameOf("exit_reason", node.reason ?? "completed") }),
  outlets: () => [],
  counts: ["entered"],
  fresh: (id) => ({ id, type: "exit", reason: "completed" }),
};
