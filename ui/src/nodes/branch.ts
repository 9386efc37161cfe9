import { GitFork } from "lucide-react";

import { t } from "../texts/texts";
import { type NodeFace, outlet, titleOr, typeTitle } from "./face";

export const branch: NodeFace<"branch"> = {
  icon: () => GitFork,
  tint: "choice",
  title: (node) => titleOr(node, typeTitle("branch")),
  summary: (node) => t("node.branch.ways", { count: node.ways.length }),
  outlets: (node) => [...node.ways.map((way) => outlet(way.id, way.title)), outlet("otherwise")],
  counts: ["entered", "passed"],
  fresh: (id) => ({ id, type: "branch", ways: [{ id: "yes", title: t("node.branch.yes"), when: { kind: "all", of: [] } }] }),
};
