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
export function timelineQuery(id: string, kind: TimelineKind | null, until: string | null) {
  return infiniteQueryOptions({
    queryKey: ["profiles", "one", id, "timeline", kind, until],
    queryFn: ({ pageParam }) => readTimeline(id, { kind, until, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
  });
}

interface Part {
  kind: TimelineKind | null;
  until: string | null;
  cursor: string | null;
}

const LATER_PAGE = 100;

export function readTimeline(id: string, { kind, until, cursor }: Part): Promise<TimelinePage> {
  const query = {
    ...(kind !== null && { kind: [kind] }),
    ...(until !== null && { until }),
    ...(cursor !== null && { cursor, limit: LATER_PAGE }),
  };
  return read(api.GET("/v1/profiles/{profile_id}/timeline", { params: { path: { profile_id: id }, query } }));
}

function from(cursor: string | null): { cursor?: string } {
  return cursor === null ? {} : { cursor };
}
