/** The numbers of a version as they change: streamed by the server, asked for now and then where streams do not get through. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import type { JourneyCounts } from "../client/types";
import type { Days } from "./days";
import { journeyCountsQuery } from "./queries";

export function useLiveCounts(journeyId: string, version: number, { since, until }: Days) {
  const queries = useQueryClient();
  useEffect(() => {
    const asked = new URLSearchParams({ version: String(version), ...(since !== null && { since }), ...(until !== null && { until }) });
    const stream = new EventSource(`/v1/journeys/${encodeURIComponent(journeyId)}/counts/stream?${asked.toString()}`);
    stream.addEventListener("message", ({ data }) => {
      queries.setQueryData(journeyCountsQuery(journeyId, version, { since, until }).queryKey, JSON.parse(String(data)) as JourneyCounts);
    });
    return () => stream.close();
  }, [journeyId, version, since, until, queries]);
  return useQuery(journeyCountsQuery(journeyId, version, { since, until }));
}
