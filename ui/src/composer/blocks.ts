/** The blocks that an e-mail is made of, and what a new one says. */
import { BellRing, Code2, Heading, ImageIcon, LayoutGrid, type LucideIcon, Minus, RectangleEllipsis, Shirt, Type } from "lucide-react";

import { t } from "../texts/texts";
import { sampled, type Samples } from "./samples";

export const BLOCK_TYPES = ["heading", "text", "image", "button", "product_card", "back_in_stock", "product_grid", "divider", "raw"] as const;
export type BlockType = (typeof BLOCK_TYPES)[number];

export interface Block {
  type: BlockType;
  [part: string]: unknown;
}

export const BLOCK_ICONS: Readonly<Record<BlockType, LucideIcon>> = {
  heading: Heading,
  text: Type,
  image: ImageIcon,
  button: RectangleEllipsis,
  product_card: Shirt,
  back_in_stock: BellRing,
  product_grid: LayoutGrid,
  divider: Minus,
  raw: Code2,
};

export const FRESH_BLOCKS: Readonly<Record<BlockType, () => Block>> = {
  heading: () => ({ type: "heading", text: t("fresh.emailHeading") }),
  text: () => ({ type: "text", text: t("fresh.emailText") }),
  image: () => ({ type: "image", src: "{{ product.image_url | default('') }}", alt: "{{ product.name }}" }),
  button: () => ({ type: "button", text: t("fresh.button"), link: { kind: "product" } }),
  product_card: () => ({ type: "product_card" }),
  back_in_stock: () => ({ type: "back_in_stock", label: t("fresh.widgetLabel") }),
  product_grid: () => ({ type: "product_grid", columns: 2, items: [freshItem(), freshItem()] }),
  divider: () => ({ type: "divider" }),
  raw: () => ({ type: "raw", html: t("fresh.rawHtml") }),
};

/** A product of a grid: the one that the message is about, until its author chooses another. */
export function freshItem(): GridItem {
  return { title: "{{ product.name }}", price: "{{ product.price | default('') }}", image: "{{ product.image_url | default('') }}", link: { kind: "product" } };
}

export interface GridItem {
  title: string;
  price?: string;
  image?: string;
  link: unknown;
}

/** What a block says, in one line. */
export function summaryOf(block: Block, samples: Samples): string {
  switch (block.type) {
    case "image":
      return sampled(block["alt"], samples);
    case "product_card":
      return sampled(block["title"] ?? "{{ product.name }}", samples);
    case "back_in_stock":
      return sampled(block["label"] ?? t("fresh.widgetLabel"), samples);
    case "product_grid":
      return ((block["items"] ?? []) as readonly GridItem[]).map(({ title }) => sampled(title, samples)).join(", ");
    case "raw":
      return String(block["html"] ?? "").slice(0, 80);
    default:
      return sampled(block["text"], samples);
  }
}

/** The blocks with one taken from its place and put before another; a place behind the last is the end. */
export function reordered(blocks: readonly Block[], from: number, before: number): readonly Block[] {
  const block = blocks[from];
  if (block === undefined || before === from || before === from + 1) return blocks;
  return blocks.toSpliced(from, 1).toSpliced(before > from ? before - 1 : before, 0, block);
}
