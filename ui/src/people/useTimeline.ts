/** A profile's timeline, live: older pages on request, the newest page again every two seconds while it is looked at. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";

import { whileLive } from "../client/queryClient";
import type { TimelineKind } from "../client/types";
import { readTimeline, timelineQuery } from "./queries";
import { type TimelinePages, withNewest } from "./timeline";

export function useTimeline(profileId: string, kind: TimelineKind | null) {
  const client = useQueryClient();
  const options = timelineQuery(profileId, kind);
  const timeline = useInfiniteQuery(options);

  useQuery({
    queryKey: [...options.queryKey, "newest"],
    queryFn: async () => {
      const newest = await readTimeline(profileId, kind, null);
      client.setQueryData<TimelinePages>(options.queryKey, (pages) => pages && withNewest(pages, newest));
      return newest.items[0]?.id ?? null;
    },
    enabled: timeline.isSuccess,
    refetchInterval: whileLive,
  });
  return timeline;
}
