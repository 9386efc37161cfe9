/** What the journey pages ask the API. */
import { queryOptions, skipToken } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { whileLive } from "../client/queryClient";

export const journeysQuery = queryOptions({
  queryKey: ["journeys"],
  queryFn: () => read(api.GET("/v1/journeys")),
  refetchInterval: whileLive,
});

export function journeyQuery(id: string) {
  return queryOptions({
    queryKey: ["journeys", id],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}", { params: { path: { journey_id: id } } })),
  });
}

/** A published version never changes, so it is asked for once. The draft (null) comes with its journey. */
export function journeyVersionQuery(id: string, number: number | null) {
  return queryOptions({
    queryKey: ["journeys", id, "versions", number],
    queryFn: number === null ? skipToken : () => readVersion(id, number),
    staleTime: Infinity,
  });
}

function readVersion(id: string, number: number) {
  const path = { journey_id: id, number };
  return read(api.GET("/v1/journeys/{journey_id}/versions/{number}", { params: { path } }));
}

/** Who is where in a version. Nobody walks the draft (null). */
export function journeyCountsQuery(id: string, version: number | null) {
  return queryOptions({
    queryKey: ["journeys", id, "counts", version],
    queryFn: version === null ? skipToken : () => readCounts(id, version),
    refetchInterval: whileLive,
  });
}

function readCounts(id: string, version: number) {
  const params = { path: { journey_id: id }, query: { version } };
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

export const tagsQuery = queryOptions({ queryKey: ["tags"], queryFn: () => read(api.GET("/v1/tags")) });
