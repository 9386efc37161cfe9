/** What the page about messages asks the API. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { whileLive } from "../client/queryClient";
import type { Sought } from "./types";

/** Sends and skips, newest first, renewed while the page is looked at. */
export function messagesQuery(sought: Sought) {
  return infiniteQueryOptions({
    queryKey: ["messages", sought],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...sought, ...(pageParam !== null && { cursor: pageParam }) };
      return read(api.GET("/v1/messages", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: whileLive,
  });
}

/** One message with its reasons, its rendering and its history. */
export function messageQuery(id: string) {
  return queryOptions({
    queryKey: ["messages", "one", id],
    queryFn: () => read(api.GET("/v1/messages/{message_id}", { params: { path: { message_id: id } } })),
  });
}
