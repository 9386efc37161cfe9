/** What the sources page asks the API. */
import { infiniteQueryOptions, mutationOptions, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { queryClient, whileLive } from "../client/queryClient";
import type { components, paths } from "../client/schema";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type SourceList = Answer<"/v1/sources">;
export type Source = SourceList["items"][number];
export type Import = Answer<"/v1/sources/{source}/imports">["items"][number];
export type Letter = Answer<"/v1/dead-letters">["items"][number];
export type NewSource = components["schemas"]["NewSource"];
export type PageRule = NonNullable<Source["pages"]>["rules"][number];
export type StoreLinksItem = Answer<"/v1/store-links">["items"][number];
export type Settling = "replay" | "dismiss";

/** All sources with their health, renewed while the page is looked at. */
export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => read(api.GET("/v1/sources", { signal })),
  refetchInterval: whileLive,
});

/** The sources that were silent for too long, with the journeys that go by them. */
export const staleSourcesQuery = queryOptions({
  queryKey: ["sources", "stale"],
  queryFn: ({ signal }) => read(api.GET("/v1/sources/stale", { signal })),
  staleTime: 30_000,
  refetchInterval: 60_000,
});

/** The newest imports of a source's feed. */
export function importsQuery(source: string) {
  return queryOptions({
    queryKey: ["sources", source, "imports"],
    queryFn: ({ signal }) => read(api.GET("/v1/sources/{source}/imports", { params: { path: { source } }, signal })),
    refetchInterval: whileLive,
  });
}

/** What could not be used, newest first. */
export const lettersQuery = infiniteQueryOptions({
  queryKey: ["dead-letters"],
  queryFn: ({ pageParam, signal }) =>
    read(
      api.GET("/v1/dead-letters", {
        params: { query: { limit: 25, ...(pageParam !== null && { cursor: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
  refetchInterval: whileLive,
});

/** Try dead letters again, or put them away. */
export const settleLetters = mutationOptions<{ settled: number; remaining: number }, Error, { how: Settling; ids: string[] }>({
  mutationKey: ["dead-letters", "settle"],
  mutationFn: ({ how, ids }) =>
    how === "replay"
      ? read(api.POST("/v1/dead-letters/replay", { body: { ids } }))
      : read(api.POST("/v1/dead-letters/dismiss", { body: { ids } })),
  onSettled: renew,
});

/** The secret that signs a source's webhooks; with `replace`, a fresh one. */
export function secretOf(source: string) {
  return mutationOptions<{ webhook_secret: string }, Error, { replace: boolean }>({
    mutationKey: ["sources", source, "secret"],
    mutationFn: ({ replace }) => {
      const params = { path: { source } };
      return replace
        ? read(api.POST("/v1/sources/{source}/secret", { params, body: {} }))
        : read(api.GET("/v1/sources/{source}/secret", { params }));
    },
  });
}

/** Make a source. */
export const createSource = mutationOptions<{ id: string }, Error, NewSource>({
  mutationKey: ["sources", "create"],
  mutationFn: (body) => read(api.POST("/v1/sources", { body })),
  onSuccess: renew,
});

/** Change what is set of a source; what is left out stays. */
export function changeSource(source: string) {
  return mutationOptions<unknown, Error, components["schemas"]["SourceTerms"]>({
    mutationKey: ["sources", source, "change"],
    mutationFn: (body) => read(api.PATCH("/v1/sources/{source}", { params: { path: { source } }, body })),
    onSuccess: renew,
  });
}

/** Where each store adds an item to a cart or a wishlist. */
export const storeLinksQuery = queryOptions({
  queryKey: ["store-links"],
  queryFn: ({ signal }) => read(api.GET("/v1/store-links", { signal })),
});

/** Set where a store adds an item; messages that are sent from now on follow it. */
export function setStoreLinks(source: string) {
  return mutationOptions<unknown, Error, components["schemas"]["StoreLinksBody"]>({
    mutationKey: ["store-links", source],
    mutationFn: (body) => read(api.PUT("/v1/store-links/{source}", { params: { path: { source } }, body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: storeLinksQuery.queryKey }),
  });
}

async function renew(): Promise<void> {
  await Promise.all(
    [sourcesQuery.queryKey, lettersQuery.queryKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
  );
}
