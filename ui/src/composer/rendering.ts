/** The message as the engine would send it: to one person because of one of her events, or to somebody made up. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, read } from "../client/api";
import type { MessageContent } from "../document/journey";
import { BASE } from "./variants";

/** Who reads, and what she did; without an event it is about the newest product. */
export interface Reader {
  profile: string;
  event: string | null;
}

/** What is read: the message as it is being written, saved or not, and which of its variants. */
export interface Draft {
  message: MessageContent;
  variant: string;
  reader: Reader | null;
  journey: string;
}

type Rendering = Readonly<Record<string, unknown>>;

/** Well below the 300 ms in which a preview has to follow what is typed. */
export const TYPING_PAUSE_MS = 120;

/** The engine's rendering of the draft; it is not saved for that. */
export function useRendering(draft: Draft) {
  const [settled] = useDebouncedValue(draft.message, TYPING_PAUSE_MS);
  const asked = { ...draft, message: settled };
  return useQuery(
    queryOptions({
      queryKey: ["messages", "preview", asked],
      queryFn: ({ signal }) => read(api.POST("/v1/messages/preview", { body: requestOf(asked), signal })),
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
}

/** What the engine is asked to render. */
export function requestOf({ message, variant, reader, journey }: Draft) {
  return {
    message: { ...message },
    journey: journey.slice(0, 120),
    ...(variant !== BASE && { variant }),
    ...(reader !== null && { profile_id: reader.profile, event_id: reader.event }),
  };
}

/** The content with the words as they would be sent, for the previews that draw a message part by part. */
export function asRendered(content: MessageContent, rendering: Rendering): MessageContent {
  switch (content["channel"]) {
    case "web_push": {
      const { actions = [], icon, image } = parsed(rendering["payload"]);
      return { ...content, title: rendering["title"], body: rendering["body"], actions, icon, image };
    }
    case "mobile_push": {
      const { image } = (parsed(rendering["payload"])["notification"] ?? {}) as Rendering;
      return { ...content, title: rendering["title"], body: rendering["body"], image };
    }
    case "sms":
      return { ...content, text: rendering["text"], link: null };
    case "webhook": {
      const fields = Object.entries(parsed(rendering["body"])).map(([name, value]) => ({ name, value: String(value) }));
      return { ...content, url: rendering["url"], fields };
    }
    case "email":
      return { ...content, subject: rendering["subject"], preheader: rendering["preheader"] };
    default:
      return { ...content, ...(rendering["content"] as Rendering | undefined) };
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
