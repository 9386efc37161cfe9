/** The palette: every kind of step that an author can take, in families, with the words to find it by. */
import type { LucideIcon } from "lucide-react";

import type { Channel, NodeTypeItem } from "../client/types";
import type { JourneyDocument, JourneyNode, NodeType } from "../document/journey";
import type { Addition } from "../edits/graph";
import { freshName } from "../edits/names";
import { t } from "../texts/texts";
import { BUILT_IN_CHANNELS, channelIcon } from "./channels";
import { freshContent } from "./contents";
import { customChannels, customLook, customType, customTypes, freshCustom } from "./custom";
import type { Tint } from "./face";
import { NODE_FACES } from "./registry";

export const FAMILIES = ["start", "say", "wait", "decide", "change", "end"] as const;
export type Family = (typeof FAMILIES)[number];

export interface Step {
  /** `delay`, or `message.sms`: the channel makes a step of its own. */
  id: string;
  /** Its node type: one of ours, or somebody's own. */
  type: string;
  channel?: Channel;
  family: Family;
  title: string;
  detail: string;
  icon: LucideIcon;
  tint: Tint;
}

const FAMILY_OF: { readonly [Type in NodeType]: Family } = {
  entry: "start",
  message: "say",
  delay: "wait",
  wait_until: "wait",
  branch: "decide",
  split: "decide",
  holdout: "decide",
  update_profile: "change",
  waitlist: "change",
  start_journey: "change",
  goal: "end",
  exit: "end",
};

export const STEPS: readonly Step[] = FAMILIES.flatMap((family) =>
  (Object.keys(FAMILY_OF) as NodeType[])
    .filter((type) => FAMILY_OF[type] === family)
    .flatMap((type) => (type === "message" ? messageSteps() : stepOf(type))),
);

function stepOf(type: Exclude<NodeType, "message">): Step {
  const face = NODE_FACES[type];
  const icon = (face.icon as (node: JourneyNode) => LucideIcon)(face.fresh("step"));
  const title = t(`node.${type}.title`);
  return { id: type, type, family: FAMILY_OF[type], title, detail: t(`step.${type}`), icon, tint: face.tint };
}

/** Every step that can be taken: ours, and somebody's own types in the family that their category fits. */
function allSteps(): readonly Step[] {
  const own = customTypes().map((type): Step => {
    const look = customLook(freshCustom("step", type), type);
    return { id: type.type, type: type.type, family: FAMILY_OF_CATEGORY[type.category], title: type.label, detail: type.description, icon: look.icon, tint: look.tint };
  });
  const channels = customChannels().map(
    ({ channel, label, description }): Step => ({
      id: `message.${channel}`,
      type: "message",
      channel,
      family: "say",
      title: label,
      detail: description,
      icon: channelIcon(channel),
      tint: NODE_FACES.message.tint,
    }),
  );
  return FAMILIES.flatMap((family) => [...STEPS, ...channels, ...own].filter((step) => step.family === family));
}

const FAMILY_OF_CATEGORY: Readonly<Record<NodeTypeItem["category"], Family>> = {
  start: "start",
  message: "say",
  time: "wait",
  choice: "decide",
  act: "change",
  end: "end",
};

function messageSteps(): readonly Step[] {
  return BUILT_IN_CHANNELS.map((channel) => ({
    id: `message.${channel}`,
    type: "message",
    channel,
    family: "say",
    title: t(`names.channel.${channel}`),
    detail: t(`step.message.${channel}`),
    icon: channelIcon(channel),
    tint: NODE_FACES.message.tint,
  }));
}

export function stepById(id: string): Step | undefined {
  return allSteps().find((step) => step.id === id);
}

/** Steps whose words hold every word of the query. A journey has one entry, so it is offered while there is none. */
export function stepsFor(isBegun: boolean, query: string): readonly Step[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return allSteps().filter(({ type, title, detail }) => {
    const text = `${title} ${detail}`.toLowerCase();
    return (type !== "entry" || !isBegun) && words.every((word) => text.includes(word));
  });
}

export function hasEntry({ graph }: JourneyDocument): boolean {
  return graph.nodes.some(({ type }) => type === "entry");
}

/** The step as a node of this document, under a name that is free in it. */
export function additionOf(document: JourneyDocument, step: Step): Addition {
  const wish = step.channel ?? step.type;
  const id = freshName(wish, document.graph.nodes.map((node) => node.id));
  const custom = customType(step.type);
  if (custom !== undefined) return { node: freshCustom(id, custom) };
  if (step.channel === undefined) return { node: NODE_FACES[step.type as NodeType].fresh(id) };
  const message = freshName(id, Object.keys(document.messages));
  const node = { ...NODE_FACES.message.fresh(id), channel: step.channel, message };
  return { node, content: freshContent(step.channel) };
}
