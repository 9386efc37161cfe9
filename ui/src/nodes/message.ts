import { headline } from "../document/journey";
import { t } from "../texts/texts";
import { channelIcon, channelName } from "./channels";
import { type NodeFace, outlet, titleOr } from "./face";

export const message: NodeFace<"message"> = {
  icon: (node) => channelIcon(node.channel),
  tint: "message",
  title: (node) => titleOr(node, channelName(node.channel)),
  summary: (node, messages) => t("node.message.send", { message: headline(messages[node.message]) ?? node.message }),
  outlets: () => [outlet("sent"), outlet("not_sent"), { ...outlet("no_channel"), fallback: "not_sent" }],
  counts: ["entered", "waiting", "passed", "dropped"],
  fresh: (id) => ({ id, type: "message", channel: "web_push", message: id }),
};
