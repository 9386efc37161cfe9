/** The picture and the name of each channel, wherever one is shown: ours, and those that plugins bring. */
import { BellRing, Blocks, type LucideIcon, Mail, MessageSquareText, Smartphone, Webhook } from "lucide-react";

import type { BuiltInChannel } from "../client/types";
import { nameOf } from "../texts/texts";
import { customChannel } from "./custom";

const ICONS: Readonly<Record<BuiltInChannel, LucideIcon>> = {
  web_push: BellRing,
  mobile_push: Smartphone,
  email: Mail,
  sms: MessageSquareText,
  webhook: Webhook,
};

export const BUILT_IN_CHANNELS = Object.keys(ICONS) as readonly BuiltInChannel[];

export function isBuiltIn(channel: string): channel is BuiltInChannel {
  return channel in ICONS;
}

export function channelIcon(channel: string): LucideIcon {
  return isBuiltIn(channel) ? ICONS[channel] : Blocks;
}

export function channelName(channel: string): string {
  return customChannel(channel)?.label ?? nameOf("channel", channel);
}
