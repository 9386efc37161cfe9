/** The message as the engine would send it to one person, because of one of her events. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, skipToken, useQuery } from "@tanstack/react-query";

import { api, read } from "../client/api";
import type { MessageContent } from "../document/journey";

/** Who reads, and what she did; without an event it is about the newest product. */
export interface Reader {
  profile: string;
  event: string | null;
}

type Rendering = Readonly<Record<string, unknown>>;

const TYPING_PAUSE_MS = 300;

/** The engine's rendering for the reader; nothing is asked for as long as nobody is chosen. */
export function useRendering(content: MessageContent, reader: Reader | null, journey: string) {
  const [settled] = useDebouncedValue(content, TYPING_PAUSE_MS);
  return useQuery(
    queryOptions({
      queryKey: ["messages", "preview", settled, reader, journey],
      queryFn: reader === null ? skipToken : ({ signal }) => read(api.POST("/v1/messages/preview", { body: requestOf(settled, reader, journey), signal })),
      placeholderData: keepPreviousData,
    }),
  );
}

/** What the engine is asked to render. */
export function requestOf(content: MessageContent, reader: Reader | null, journey: string) {
  return { message: { ...content }, journey, ...(reader !== null && { profile_id: reader.profile, event_id: reader.event }) };
}

/** The content with the words as they would be sent, for the previews that draw a message part by part. */
export function asRendered(content: MessageContent, rendering: Rendering): MessageContent {
  switch (content["channel"]) {
    case "web_push":
      return { ...content, title: rendering["title"], body: rendering["body"], actions: parsed(rendering["payload"])["actions"] ?? [] };
    case "sms":
      return { ...content, text: rendering["text"], link: null };
    case "webhook": {
      const fields = Object.entries(parsed(rendering["body"])).map(([name, value]) => ({ name, value: String(value) }));
      return { ...content, url: rendering["url"], fields };
    }
    default:
      return { ...content, subject: rendering["subject"], preheader: rendering["preheader"] };
  }
}

/** The HTML of an e-mail, where the rendering has one; looking at it here is no opening, so its invisible picture is left out. */
export function htmlOf(rendering: Rendering | null | undefined): string | null {
  const [html, open] = [rendering?.["html"], rendering?.["open_url"]];
  if (typeof html !== "string") return null;
  return typeof open === "string" ? html.replaceAll(open, NO_PICTURE) : html;
}

const NO_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";

function parsed(json: unknown): Rendering {
  try {
    return JSON.parse(String(json)) as Rendering;
  } catch {
    return {};
  }
}
