/** What the people pages ask the API. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { whileLive } from "../client/queryClient";
import type { TimelineKind, TimelinePage } from "../client/types";

/** The first hits, for the search box that is everywhere. */
export function profileSearchQuery(query: string) {
  return queryOptions({
    queryKey: ["profiles", "first", query],
    queryFn: ({ signal }) => read(api.GET("/v1/profiles", { params: { query: { query } }, signal })),
  });
}

/** All hits, a page at a time; without a query everybody, newest first. */
export function profilesQuery(query: string) {
  return infiniteQueryOptions({
    queryKey: ["profiles", "all", query],
    queryFn: ({ pageParam, signal }) =>
      read(api.GET("/v1/profiles", { params: { query: { ...(query && { query }), ...from(pageParam) } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

export function profileQuery(id: string) {
  return queryOptions({
    queryKey: ["profiles", "one", id],
    queryFn: () => read(api.GET("/v1/profiles/{profile_id}", { params: { path: { profile_id: id } } })),
    refetchInterval: whileLive,
  });
}

/** The timeline as far as it was read; kept fresh from the top by `useTimeline`. */
export function timelineQuery(id: string, kind: TimelineKind | null) {
  return infiniteQueryOptions({
    queryKey: ["profiles", "one", id, "timeline", kind],
    queryFn: ({ pageParam }) => readTimeline(id, kind, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
  });
}

export function readTimeline(id: string, kind: TimelineKind | null, cursor: string | null): Promise<TimelinePage> {
  const query = { ...(kind !== null && { kind: [kind] }), ...from(cursor) };
  return read(api.GET("/v1/profiles/{profile_id}/timeline", { params: { path: { profile_id: id }, query } }));
}

function from(cursor: string | null): { cursor?: string } {
  return cursor === null ? {} : { cursor };
}
