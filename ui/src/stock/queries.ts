/** What the pages about stock ask the API. */
import { infiniteQueryOptions, keepPreviousData, mutationOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { queryClient, whileLive } from "../client/queryClient";
import type { Release, ReleaseControl, WaitState } from "./types";

/** The demand by variant, most wanted first. */
export const demandQuery = infiniteQueryOptions({
  queryKey: ["demand"],
  queryFn: ({ pageParam, signal }) => read(api.GET("/v1/demand", { params: { query: from(pageParam) }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
});

/** Who waits for a variant, in one state or in any, oldest wait first. */
export function waitlistQuery(sku: string, state: WaitState | null) {
  return infiniteQueryOptions({
    queryKey: ["waitlist", sku, state],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET("/v1/variants/{sku}/waitlist", {
          params: { path: { sku }, query: { ...(state !== null && { state: [state] }), ...from(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

/** All releases, newest first, renewed while the page is looked at. */
export const releasesQuery = infiniteQueryOptions({
  queryKey: ["releases"],
  queryFn: ({ pageParam, signal }) => read(api.GET("/v1/releases", { params: { query: from(pageParam) }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
  refetchInterval: whileLive,
});

/** Whom a release let in, in its order. */
export function releasePeopleQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ["releases", id, "people"],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET("/v1/releases/{release_id}/people", {
          params: { path: { release_id: id }, query: { limit: 25, ...from(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: whileLive,
  });
}

/** Pause, resume or stop a release. */
export function controlRelease(id: string) {
  return mutationOptions<Release, Error, ReleaseControl>({
    mutationKey: ["releases", id, "control"],
    mutationFn: (control) => {
      const params = { path: { release_id: id } };
      switch (control) {
        case "pause":
          return read(api.POST("/v1/releases/{release_id}/pause", { params }));
        case "resume":
          return read(api.POST("/v1/releases/{release_id}/resume", { params }));
        case "stop":
          return read(api.POST("/v1/releases/{release_id}/stop", { params }));
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: releasesQuery.queryKey }),
  });
}

function from(cursor: string | null): { cursor?: string } {
  return cursor === null ? {} : { cursor };
}
