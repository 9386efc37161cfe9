/** Variants of a message: the message itself is `a`; each other says some of its parts otherwise, to its share of the people. */
import type { MessageContent } from "../document/journey";

export const BASE = "a";
const LETTERS = "bcdefghi";

export interface Variant {
  id: string;
  title?: string;
  /** Percent. */
  share: number;
  changes: MessageContent;
}

export function variantsOf(message: MessageContent): readonly Variant[] {
  const variants = message["variants"];
  return Array.isArray(variants) ? (variants as readonly Variant[]) : [];
}

/** What this variant says: the parts of the message, and its own in their place. */
export function contentOf(message: MessageContent, variant: string): MessageContent {
  const { variants: _, ...base } = message;
  return { ...base, ...variantsOf(message).find(({ id }) => id === variant)?.changes };
}

/** The message once this variant says these parts so. */
export function changed(message: MessageContent, variant: string, parts: MessageContent): MessageContent {
  if (variant === BASE) return { ...message, ...parts };
  return {
    ...message,
    variants: variantsOf(message).map((one) => (one.id === variant ? { ...one, changes: { ...one.changes, ...parts } } : one)),
  };
}

/** What is left for the message itself, in percent. */
export function shareOfBase(message: MessageContent): number {
  return Math.round((100 - variantsOf(message).reduce((sum, { share }) => sum + share, 0)) * 100) / 100;
}

/** One more way to say it, to an equal share; null when there are as many as can be. */
export function withOneMore(message: MessageContent): { message: MessageContent; id: string } | null {
  const variants = variantsOf(message);
  const id = [...LETTERS].find((letter) => variants.every((one) => one.id !== letter));
  if (id === undefined) return null;
  const share = Math.floor(100 / (variants.length + 2));
  const next = [...variants, { id, share, changes: {} }].map((one) => ({ ...one, share }));
  return { message: { ...message, variants: next }, id };
}

export function without(message: MessageContent, variant: string): MessageContent {
  const { variants: _, ...base } = message;
  const left = variantsOf(message).filter(({ id }) => id !== variant);
  return left.length === 0 ? base : { ...base, variants: left };
}

export function withShare(message: MessageContent, variant: string, share: number): MessageContent {
  const others = variantsOf(message).reduce((sum, one) => (one.id === variant ? sum : sum + one.share), 0);
  const fitting = Math.max(0, Math.min(share, 100 - others));
  return { ...message, variants: variantsOf(message).map((one) => (one.id === variant ? { ...one, share: fitting } : one)) };
}
