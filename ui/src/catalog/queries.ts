/** What the catalog page asks the API. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { whileLive } from "../client/queryClient";
import type { paths } from "../client/schema";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type ShelfItem = Answer<"/v1/shelf">["items"][number];
export type ShelfVariant = Answer<"/v1/shelf/{variant_id}">;
export type StockFilter = "in_stock" | "out_of_stock" | "unknown";

/** Variants that have these words in their names, in one state of stock or in any. */
export function shelfQuery(search: string, stock: StockFilter | null) {
  return infiniteQueryOptions({
    queryKey: ["shelf", search, stock],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET("/v1/shelf", {
          params: {
            query: {
              ...(search !== "" && { search }),
              ...(stock !== null && { stock }),
              ...(pageParam !== null && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: whileLive,
  });
}

/** One variant with its levels and how its stock moved, renewed while it is looked at. */
export function variantQuery(id: string) {
  return queryOptions({
    queryKey: ["shelf", "variant", id],
    queryFn: ({ signal }) => read(api.GET("/v1/shelf/{variant_id}", { params: { path: { variant_id: id } }, signal })),
    refetchInterval: whileLive,
  });
}
