import { GitFork } from "lucide-react";

import { t } from "../texts/texts";
import { type NodeFace, outlet, titleOr, typeTitle } from "./face";

export const branch: NodeFace<"branch"> = {
  icon: () => GitFork,
  tint: "choice",
  title: (node) => titleOr(node, typeTitle("branch")),
  summary: (node) => t("node.branch.cases", { count: node.cases.length }),
  outlets: (node) => [...node.cases.map((one) => outlet(one.outlet, one.title)), outlet("otherwise")],
  counts: ["entered", "passed"],
};
