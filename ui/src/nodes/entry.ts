import { LogIn } from "lucide-react";

import type { EntryNode } from "../document/journey";
import { t } from "../texts/texts";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";

export const entry: NodeFace<"entry"> = {
  icon: () => LogIn,
  tint: "entry",
  title: (node) => titleOr(node, typeTitle("entry")),
  summary: triggerWords,
  outlets: nextOutlet,
  counts: ["entered", "waiting", "passed"],
};

function triggerWords({ trigger }: EntryNode): string {
  const what = trigger.event ?? trigger.segment ?? "";
  return t(`node.entry.trigger.${trigger.kind}`, { what });
}
