/**
 * What a simulation is asked: who enters by what, and what happens meanwhile. It travels in a link, without names or
 * addresses of real people: somebody real is named by her id.
 */
import type { Vocabulary } from "../client/types";
import type { JourneyDocument } from "../document/journey";
import { type Happening, scriptOf } from "./script";

/** An event of the past that lets the person in again. */
export interface PastEvent {
  id: string;
  name: string;
  at: string;
  sku: string | null;
}

export interface Setting {
  /** The id of somebody real; null for a person who is made up of these attributes. */
  profile: string | null;
  attributes: Readonly<Record<string, unknown>>;
  /** What really happened to that person; null for an event that is invented. */
  past: PastEvent | null;
  event: string;
  properties: Readonly<Record<string, unknown>>;
  stock: number;
  happenings: readonly Happening[];
}

const MADE_UP = { first_name: "Ada", country: "DE" };
const ITEM = { sku: "SKU-1", product: "Fjell jacket", variant: "M", url: "https://shop.example/fjell-jacket" };

export function freshSetting(document: JourneyDocument, vocabulary: Vocabulary): Setting {
  const event = entryEvent(document);
  return { profile: null, attributes: MADE_UP, past: null, event, properties: inventedProperties(event, vocabulary), stock: 5, happenings: [] };
}

/** What an invented event says: of each property that the event is known to have, a value that was seen. */
export function inventedProperties(event: string, { events }: Vocabulary): Readonly<Record<string, unknown>> {
  const known = events.find(({ name }) => name === event)?.properties ?? [];
  const seen = known.flatMap(({ name, samples }) => (samples.length > 0 && !name.includes(".") ? [[name, samples[0]] as const] : []));
  return { ...ITEM, ...Object.fromEntries(seen) };
}

export function entryEvent({ graph }: JourneyDocument): string {
  const entry = graph.nodes.find((node) => node.type === "entry");
  return entry?.trigger.kind === "event" ? entry.trigger.event : "Back in Stock";
}

/** The item that the simulation is about, whose stock rises and falls. */
export function itemOf({ past, properties }: Setting): string | null {
  if (past !== null) return past.sku;
  const sku = properties["sku"];
  return typeof sku === "string" && sku !== "" ? sku : null;
}

/** The simulation as the engine is asked for it. */
export function trialOf(setting: Setting, document: JourneyDocument) {
  const sku = itemOf(setting);
  const onHand = sku === null ? [] : [{ after: "PT0S", stock: { [sku]: setting.stock } }];
  return {
    document: { ...document },
    profile: setting.profile ?? { attributes: setting.attributes },
    ...(setting.past === null ? { event: { name: setting.event, properties: setting.properties } } : { event_id: setting.past.id }),
    script: [...onHand, ...scriptOf(setting.happenings, sku)],
  };
}

export const LINK_NAME = "simulate";

/** The address under which the editor opens with this setting. */
export function linkTo(setting: Setting, here: URL): string {
  const address = new URL(here.pathname, here.origin);
  address.searchParams.set("version", "draft");
  address.searchParams.set(LINK_NAME, JSON.stringify(setting));
  return address.href;
}

/** The setting of a link; null where there is none, or none that is whole. */
export function settingFrom(text: string | null): Setting | null {
  try {
    const told = JSON.parse(text ?? "null") as Partial<Setting> | null;
    const isWhole = typeof told?.event === "string" && Array.isArray(told.happenings) && told.attributes != null && told.properties != null;
    return isWhole ? (told as Setting) : null;
  } catch {
    return null;
  }
}
