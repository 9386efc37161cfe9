/** Reading message contents, which are the engine's to define: whatever part is there and has words, in reading order. */
import type { MessageContent } from "./journey";

const PARTS = ["title", "subject", "preheader", "body", "text", "blocks", "link", "url", "ttl", "urgency"] as const;

export interface MessagePart {
  part: (typeof PARTS)[number];
  text: string;
}

export function partsOf(content: MessageContent): readonly MessagePart[] {
  return PARTS.flatMap((part) => {
    const text = textOf(content[part]);
    return text === "" ? [] : [{ part, text }];
  });
}

/** A text; the address of a link; the words of an e-mail's blocks, a line each. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join("\n");
  if (typeof value !== "object" || value === null) return "";
  const { text, url } = value as { text?: unknown; url?: unknown };
  return textOf(text ?? url);
}
