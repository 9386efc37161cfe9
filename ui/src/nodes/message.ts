import { headline } from "../document/journey";
import { nameOf, t } from "../texts/texts";
import { CHANNEL_ICONS } from "./channels";
import { type NodeFace, outlet, titleOr } from "./face";

export const message: NodeFace<"message"> = {
  icon: (node) => CHANNEL_ICONS[node.channel],
  tint: "message",
  title: (node) => titleOr(node, nameOf("channel", node.channel)),
  summary: (node, messages) => t("node.message.send", { message: headline(messages[node.message]) ?? node.message }),
  outlets: () => [outlet("sent"), outlet("not_sent"), { ...outlet("no_channel"), fallback: "not_sent" }],
  counts: ["entered", "waiting", "passed", "dropped"],
  fresh: (id) => ({ id, type: "message", channel: "web_push", message: id }),
};
