/** Every node type and its face: a new type is one module beside this one and one line below. */
import { CircleHelp, FileQuestion, type LucideIcon } from "lucide-react";

import type { JourneyNode, Messages, NodeType } from "../document/journey";
import { t } from "../texts/texts";
import { branch } from "./branch";
import { customLook, customType } from "./custom";
import { delay } from "./delay";
import { entry } from "./entry";
import { exit } from "./exit";
import { type CountName, type NodeFace, type Outlet, type Tint, typeTitle } from "./face";
import { goal } from "./goal";
import { holdout } from "./holdout";
import { message } from "./message";
import { split } from "./split";
import { startJourney } from "./startJourney";
import { updateProfile } from "./updateProfile";
import { waitlist } from "./waitlist";
import { waitUntil } from "./waitUntil";

export const NODE_FACES: { readonly [Type in NodeType]: NodeFace<Type> } = {
  entry,
  delay,
  wait_until: waitUntil,
  branch,
  split,
  holdout,
  message,
  update_profile: updateProfile,
  waitlist,
  start_journey: startJourney,
  goal,
  exit,
};

/** All that a card shows of one node, read off its face. */
export interface NodeLook {
  icon: LucideIcon;
  tint: Tint;
  title: string;
  summary: string;
  outlets: readonly Outlet[];
  counts: readonly CountName[];
}

/** The look of a node. One that this UI does not know (a plugin was taken away) or cannot read says so instead of vanishing. */
export function lookOf(node: JourneyNode, messages: Messages): NodeLook {
  try {
    return faceOf(node, messages);
  } catch {
    // A draft may hold anything: a file that was written by hand and imported, steps that were pasted.
    return { ...unknownLook(node), icon: FileQuestion, title: node.title ?? typeTitle(node.type), summary: t("node.unreadable.summary") };
  }
}

function faceOf(node: JourneyNode, messages: Messages): NodeLook {
  const face = NODE_FACES[node.type] as NodeFace<NodeType> | undefined; // each face takes the node that it is listed for
  if (face === undefined) {
    const custom = customType(node.type);
    return custom === undefined ? unknownLook(node) : customLook(node, custom);
  }
  return {
    icon: face.icon(node),
    tint: face.tint,
    title: face.title(node),
    summary: face.summary(node, messages),
    outlets: face.outlets(node),
    counts: face.counts,
  };
}

/** The ways out of a node, left to right. */
export function outletIds(node: JourneyNode): readonly string[] {
  return lookOf(node, {}).outlets.map(({ id }) => id);
}

/** Whether the type of the node is here: one of ours, or a plugin's that is at work. */
export function isKnown({ type }: JourneyNode): boolean {
  return type in NODE_FACES || customType(type) !== undefined;
}

function unknownLook(node: { id: string; type: string; title?: string | null }): NodeLook {
  return {
    icon: CircleHelp,
    tint: "end",
    title: node.title ?? t("node.unknown.title"),
    summary: t("node.unknown.summary", { type: node.type }),
    outlets: [],
    counts: ["entered", "waiting", "passed", "dropped"],
  };
}
