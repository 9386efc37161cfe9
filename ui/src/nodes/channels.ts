/** The picture of each channel, wherever one is shown. */
import { BellRing, type LucideIcon, Mail, MessageSquareText, Webhook } from "lucide-react";

import type { Channel } from "../client/types";

export const CHANNEL_ICONS: Readonly<Record<Channel, LucideIcon>> = {
  web_push: BellRing,
  email: Mail,
  sms: MessageSquareText,
  webhook: Webhook,
};
