/** The names and values that the data really has: events with their properties, attributes, segments. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, read } from "../client/api";
import type { Vocabulary } from "../client/types";

export type { Vocabulary } from "../client/types";

const NOTHING_KNOWN: Vocabulary = { events: [], attributes: [], segments: [], sources: [], filters: [] };

const vocabularyQuery = queryOptions({
  queryKey: ["vocabulary"],
  queryFn: () => read(api.GET("/v1/vocabulary")),
  staleTime: 60_000,
});

export function useVocabulary(): Vocabulary {
  return useQuery(vocabularyQuery).data ?? NOTHING_KNOWN;
}

/** Names to offer for a property of this event; of all events where the event is not known. */
export function propertiesOf({ events }: Vocabulary, event: string | undefined): Vocabulary["attributes"] {
  const known = events.find(({ name }) => name === event);
  if (known !== undefined) return known.properties;
  const all = new Map(events.flatMap(({ properties }) => properties.map((property) => [property.name, property])));
  return [...all.values()];
}
