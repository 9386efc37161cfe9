/** The row that the address points at (#item-ID): older pages are read until it is there, then it is scrolled to. */
import { useEffect } from "react";
import { useLocation } from "react-router";

import type { TimelineQuery } from "./useTimeline";

const PREFIX = "#item-";

export function rowAnchor(id: string): string {
  return `item-${id}`;
}

/** The id that is linked to, or null. */
export function useDeepLink(timeline: TimelineQuery): string | null {
  const { hash } = useLocation();
  const linked = hash.startsWith(PREFIX) ? decodeURIComponent(hash.slice(PREFIX.length)) : null;
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = timeline;
  const isRead = data?.pages.some((page) => page.items.some(({ id }) => id === linked)) ?? false;
  const mustReadOn = linked !== null && data !== undefined && !isRead && hasNextPage && !isFetchingNextPage;

  useEffect(() => {
    if (mustReadOn) void fetchNextPage();
  }, [mustReadOn, fetchNextPage]);

  useEffect(() => {
    if (linked !== null && isRead) document.getElementById(rowAnchor(linked))?.scrollIntoView({ block: "center" });
  }, [linked, isRead]);

  return linked;
}
