/** What the journey pages ask the API. */
import { keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { queryClient, whileLive } from "../client/queryClient";
import { tellCustomChannels, tellCustomTypes } from "../nodes/custom";
import { hasUnnamedStart, tellJourneys } from "../nodes/journeyNames";
import { NODE_FACES } from "../nodes/registry";
import type { Days } from "./days";

export const journeysQuery = queryOptions({
  queryKey: ["journeys"],
  queryFn: async () => {
    const found = await read(api.GET("/v1/journeys"));
    tellJourneys(found.items);
    return found;
  },
  refetchInterval: whileLive,
});

export function journeyQuery(id: string) {
  return queryOptions({
    queryKey: ["journeys", id],
    queryFn: async () => withNames(await read(api.GET("/v1/journeys/{journey_id}", { params: { path: { journey_id: id } } }))),
  });
}

/** What was read, when the journeys that its steps start can be called by name. */
async function withNames<Held extends { document: Readonly<Record<string, unknown>> }>(held: Held): Promise<Held> {
  if (hasUnnamedStart(held.document)) await queryClient.prefetchQuery({ ...journeysQuery, staleTime: 0 });
  return held;
}

/** A published version never changes, so it is asked for once. The draft (null) comes with its journey. */
export function journeyVersionQuery(id: string, number: number | null) {
  return queryOptions({
    queryKey: ["journeys", id, "versions", number],
    queryFn: number === null ? skipToken : () => readVersion(id, number),
    staleTime: Infinity,
  });
}

async function readVersion(id: string, number: number) {
  const path = { journey_id: id, number };
  return withNames(await read(api.GET("/v1/journeys/{journey_id}/versions/{number}", { params: { path } })));
}

/** Who is where in a version, and what happened in it on these days. */
export function journeyCountsQuery(id: string, version: number, days: Days) {
  return queryOptions({
    queryKey: ["journeys", id, "counts", version, days],
    queryFn: () => readCounts(id, version, days),
    placeholderData: keepPreviousData,
    refetchInterval: whileLive,
  });
}

function readCounts(id: string, version: number, { since, until }: Days) {
  const params = { path: { journey_id: id }, query: { version, ...(since !== null && { since }), ...(until !== null && { until }) } };
  return read(api.GET("/v1/journeys/{journey_id}/counts", { params }));
}

/** The draft as it is when the editor opens; from then on the editor is ahead of the server. */
export function draftQuery(id: string) {
  return queryOptions({
    queryKey: ["journeys", id, "draft"],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}/draft", { params: { path: { journey_id: id } } })),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: () => read(api.GET("/v1/templates")),
  staleTime: Infinity,
});

/** The node types: those of this interface, and somebody's own, whose faces are made of what is said here. */
export const nodeTypesQuery = queryOptions({
  queryKey: ["node-types"],
  queryFn: async () => {
    const { items, channels } = await read(api.GET("/v1/node-types"));
    tellCustomTypes(items, NODE_FACES);
    tellCustomChannels(channels);
    return items;
  },
  staleTime: Infinity,
});

export const tagsQuery = queryOptions({ queryKey: ["tags"], queryFn: () => read(api.GET("/v1/tags")) });

/** Who can be given a journey. */
export const colleaguesQuery = queryOptions({ queryKey: ["staff", "colleagues"], queryFn: () => read(api.GET("/v1/staff/colleagues")) });
