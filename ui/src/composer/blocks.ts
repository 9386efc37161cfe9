/** The blocks that an e-mail is made of, and what a new one says. */
import { Heading, ImageIcon, type LucideIcon, Minus, RectangleEllipsis, Shirt, Type } from "lucide-react";

import { t } from "../texts/texts";

export const BLOCK_TYPES = ["heading", "text", "image", "button", "product_card", "divider"] as const;
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
  divider: Minus,
};

export const FRESH_BLOCKS: Readonly<Record<BlockType, () => Block>> = {
  heading: () => ({ type: "heading", text: t("fresh.emailHeading") }),
  text: () => ({ type: "text", text: t("fresh.emailText") }),
  image: () => ({ type: "image", src: "{{ product.image_url }}", alt: "{{ product.name }}" }),
  button: () => ({ type: "button", text: t("fresh.button"), link: { url: "{{ product.url }}" } }),
  product_card: () => ({ type: "product_card" }),
  divider: () => ({ type: "divider" }),
};
