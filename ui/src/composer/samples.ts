/** Values to read a message with before anybody gets it. The engine fills in the real ones at the moment of sending. */
import { templatePieces } from "../document/journey";

const SAMPLES: Readonly<Record<string, string>> = {
  "profile.first_name": "Ada",
  "profile.last_name": "Lind",
  "profile.email": "ada@example.com",
  "product.name": "Fjell jacket",
  "product.title": "Fjell jacket",
  "product.price": "€149.00",
  "product.url": "https://shop.example/fjell",
  "product.image_url": "",
  "variant.title": "Blue, M",
  "variant.sku": "FJELL-M",
  "event.sku": "FJELL-M",
  "journey.name": "Back in stock",
  "links.unsubscribe": "https://shop.example/u/…",
  "links.preferences": "https://shop.example/p/…",
};

/** The merge tags to choose from. */
export const TAGS: readonly string[] = Object.keys(SAMPLES);

/** Tags whose value a person or a product may lack: they take a fallback along. */
const NULLABLE = new Set(["profile.first_name", "profile.last_name", "product.image_url", "product.price", "variant.title"]);

/** The tag as it is inserted. */
export function tagText(tag: string, fallback: string): string {
  return NULLABLE.has(tag) ? `{{ ${tag} | default('${fallback}') }}` : `{{ ${tag} }}`;
}

export function sampleOf(tag: string): string {
  return SAMPLES[tag] ?? "";
}

/** The text as a sample reader would see it. */
export function sampled(text: unknown): string {
  if (typeof text !== "string") return "";
  return templatePieces(text)
    .map(({ words, isTag }) => (isTag ? valueOf(words) : words))
    .join("");
}

function valueOf(expression: string): string {
  const [name = "", ...filters] = expression.split("|").map((part) => part.trim());
  const fallback = filters.map((filter) => /^default\(['"](.*)['"]\)$/.exec(filter)?.[1]).find((found) => found !== undefined);
  const value = SAMPLES[name] || fallback || name.split(".").at(-1)?.replaceAll("_", " ") || "";
  return filters.includes("upper") ? value.toUpperCase() : value;
}

/** The address of a link, which may be a plain text. */
export function addressOf(link: unknown): string {
  if (typeof link === "string") return link;
  const url = (link as { url?: unknown } | null)?.url;
  return typeof url === "string" ? url : "";
}
