/** The shapes that the API answers with about messages. */
import type { paths } from "../client/schema";
import type { Tone } from "../client/types";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type MessageItem = Answer<"/v1/messages">["items"][number];
export type MessageDetail = Answer<"/v1/messages/{message_id}">;
export type MessageStatus = MessageItem["status"];

/** What the list is narrowed to; absent means everything. */
export interface Sought {
  channel?: MessageItem["channel"];
  status?: MessageStatus;
  journey?: string;
  reason?: string;
  profile?: string;
}

export const STATUSES = [
  "accepted",
  "delivered",
  "opened",
  "clicked",
  "skipped",
  "failed",
  "bounced",
  "expired",
  "unknown",
  "queued",
  "sending",
] as const satisfies readonly MessageStatus[];

const TONES: Partial<Record<MessageStatus, Tone>> = {
  accepted: "good",
  delivered: "good",
  opened: "good",
  clicked: "good",
  skipped: "warn",
  expired: "warn",
  unknown: "warn",
  failed: "bad",
  bounced: "bad",
};

/** How good the news is. */
export function toneOf(status: MessageStatus): Tone {
  return TONES[status] ?? "neutral";
}
