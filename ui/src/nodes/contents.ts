/** What a message says before its author has written it: complete enough to be previewed, plain enough to be replaced. */
import type { BuiltInChannel } from "../client/types";
import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import { isBuiltIn } from "./channels";
import { freshCustomContent } from "./custom";

const FRESH_CONTENTS: Readonly<Record<BuiltInChannel, () => MessageContent>> = {
  web_push: () => ({
    channel: "web_push",
    title: t("fresh.pushTitle"),
    body: t("fresh.pushBody"),
    link: { url: "{{ product.url }}" },
  }),
  mobile_push: () => ({
    channel: "mobile_push",
    title: t("fresh.pushTitle"),
    body: t("fresh.pushBody"),
    link: { url: "{{ product.url }}" },
  }),
  email: () => ({
    channel: "email",
    subject: t("fresh.emailSubject"),
    preheader: "",
    blocks: [
      { type: "heading", text: t("fresh.emailHeading") },
      { type: "text", text: t("fresh.emailText") },
      { type: "product_card" },
    ],
  }),
  sms: () => ({ channel: "sms", text: t("fresh.smsText"), link: { url: "{{ product.url }}" } }),
  webhook: () => ({ channel: "webhook", url: "https://", fields: [{ name: "sku", value: "{{ variant.sku }}" }] }),
};

export function freshContent(channel: string): MessageContent {
  return isBuiltIn(channel) ? FRESH_CONTENTS[channel]() : freshCustomContent(channel);
}
