/** A profile's timeline, live: older pages as one comes to them, the newest again every two seconds while it is looked at. */
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";

import { whileLive } from "../client/queryClient";
import type { TimelineKind, TimelinePage } from "../client/types";
import { readTimeline, timelineQuery } from "./queries";
import { type TimelinePages, withNewest } from "./timeline";

export type TimelineQuery = UseInfiniteQueryResult<InfiniteData<TimelinePage>>;

/** `until` begins it in the past; then nothing new can come. */
export function useTimeline(profileId: string, kind: TimelineKind | null, until: string | null): TimelineQuery {
  const client = useQueryClient();
  const options = timelineQuery(profileId, kind, until);
  const timeline = useInfiniteQuery(options);

  useQuery({
    queryKey: [...options.queryKey, "newest"],
    queryFn: async () => {
      const newest = await readTimeline(profileId, { kind, until: null, cursor: null });
      client.setQueryData<TimelinePages>(options.queryKey, (pages) => pages && withNewest(pages, newest));
      return newest.items[0]?.id ?? null;
    },
    enabled: timeline.isSuccess && until === null,
    refetchInterval: whileLive,
  });
  return timeline;
}
