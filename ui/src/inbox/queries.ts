/** What the inbox asks the API. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { whileLive } from "../client/queryClient";
import type { InboxItem } from "../client/types";

export type CaughtChannel = InboxItem["channel"];

export function inboxQuery(channel: CaughtChannel | null) {
  const query = channel === null ? {} : { channel };
  return queryOptions({
    queryKey: ["inbox", channel],
    queryFn: () => read(api.GET("/v1/inbox", { params: { query } })),
    refetchInterval: whileLive,
    placeholderData: keepPreviousData,
  });
}
