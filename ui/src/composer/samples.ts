/**
 * Values to read a message with before anybody gets it: those of somebody made up and of the newest product, as the engine
 * gives them. It fills in the real ones at the moment of sending.
 */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";

import { api, read } from "../client/api";
import type { components } from "../client/schema";
import { type JourneyDocument, templatePieces } from "../document/journey";

export type MergeTag = components["schemas"]["MergeTagItem"];
export type TagGroup = MergeTag["group"];
export type Samples = Readonly<Record<string, string>>;

export const TAG_GROUPS: readonly TagGroup[] = ["profile", "event", "product", "journey"];

const USUAL: Samples = {
  "profile.first_name": "Ada",
  "profile.last_name": "Lind",
  "profile.email": "ada@shop.example",
  "product.name": "Fjell jacket",
  "product.price": "€149.00",
  "product.url": "https://shop.example/fjell",
  "product.image_url": "",
  "variant.title": "Blue, M",
  "variant.sku": "FJELL-M",
  "journey.name": "Back in stock",
};

/** What can be placed in the texts of this composer, with values to read. */
export const MergeTags = createContext<readonly MergeTag[]>([]);

export function useMergeTags(): readonly MergeTag[] {
  return useContext(MergeTags);
}

/** The values of the tags; what is not there yet or nowhere has a usual one. */
export function useSamples(): Samples {
  return samplesOf(useMergeTags());
}

export function samplesOf(tags: readonly MergeTag[]): Samples {
  const known = tags.filter(({ sample }) => sample !== "").map(({ tag, sample }) => [tag, sample] as const);
  return { ...USUAL, ...Object.fromEntries(known) };
}

/** The tags for messages of this journey: those of its entry event among them. */
export function useTagsFor({ name, graph }: JourneyDocument): readonly MergeTag[] {
  const trigger = graph.nodes.find((node) => node.type === "entry")?.trigger;
  const event = trigger?.kind === "event" ? trigger.event : undefined;
  return useQuery(tagsQuery(name, event)).data?.items ?? [];
}

function tagsQuery(journey: string, event: string | undefined) {
  return queryOptions({
    queryKey: ["merge-tags", journey, event],
    queryFn: ({ signal }) =>
      read(api.GET("/v1/merge-tags", { params: { query: { journey: journey.slice(0, 120), ...(event !== undefined && { event }) } }, signal })),
    staleTime: 60_000,
  });
}

/** The tag as it is inserted; one that may be empty takes its fallback along. */
export function tagText({ tag, nullable }: Pick<MergeTag, "tag" | "nullable">, fallback: string): string {
  return nullable ? `{{ ${tag} | default('${fallback.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}') }}` : `{{ ${tag} }}`;
}

/** The text as a sample reader would see it. */
export function sampled(text: unknown, samples: Samples = USUAL): string {
  if (typeof text !== "string") return "";
  return templatePieces(text)
    .map(({ words, isTag }) => (isTag ? valueOf(words, samples) : words))
    .join("");
}

function valueOf(expression: string, samples: Samples): string {
  const [name = "", ...filters] = expression.split("|").map((part) => part.trim());
  const fallback = filters.map((filter) => /^default\(['"](.*)['"]\)$/.exec(filter)?.[1]).find((found) => found !== undefined);
  const value = samples[name] || (fallback ?? (name.split(".").at(-1) ?? "").replaceAll("_", " "));
  return filters.includes("upper") ? value.toUpperCase() : value;
}

const LINKS_BY_KIND: Readonly<Record<string, string>> = {
  product: "{{ product.url }}",
  wishlist: "{{ product.wishlist_url | default('') }}",
  add_to_cart: "{{ product.add_to_cart_url | default('') }}",
};

/** The address of a link, which may be a plain text, or be named by its kind. */
export function addressOf(link: unknown): string {
  if (typeof link === "string") return link;
  const { url, kind } = (link ?? {}) as { url?: unknown; kind?: unknown };
  const named = typeof kind === "string" ? LINKS_BY_KIND[kind] : undefined;
  return named ?? (typeof url === "string" ? url : "");
}
