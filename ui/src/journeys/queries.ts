/** What the journey pages ask the API. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { LIVE_INTERVAL_MS } from "../client/queryClient";

export const journeysQuery = queryOptions({
  queryKey: ["journeys"],
  queryFn: () => read(api.GET("/v1/journeys")),
  refetchInterval: LIVE_INTERVAL_MS,
});

export function journeyQuery(id: string) {
  return queryOptions({
    queryKey: ["journeys", id],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}", { params: { path: { journey_id: id } } })),
  });
}

/** A published version never changes, so it is asked for once. */
export function journeyVersionQuery(id: string, number: number | null) {
  return queryOptions({
    queryKey: ["journeys", id, "versions", number],
    queryFn: () =>
      read(
        api.GET("/v1/journeys/{journey_id}/versions/{number}", {
          params: { path: { journey_id: id, number: number ?? 0 } },
        }),
      ),
    enabled: number !== null,
    staleTime: Infinity,
  });
}

export function journeyCountsQuery(id: string, version: number | null) {
  const query = version === null ? {} : { version };
  return queryOptions({
    queryKey: ["journeys", id, "counts", version],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}/counts", { params: { path: { journey_id: id }, query } })),
    refetchInterval: LIVE_INTERVAL_MS,
    placeholderData: keepPreviousData,
  });
}
