/** The numbers of a version as they change: streamed by the server, asked for now and then where streams do not get through. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import type { JourneyCounts } from "../client/types";
import { journeyCountsQuery } from "./queries";

export function useLiveCounts(journeyId: string, version: number) {
  const queries = useQueryClient();
  useEffect(() => {
    const address = `/v1/journeys/${encodeURIComponent(journeyId)}/counts/stream?version=${version}`;
    const stream = new EventSource(address);
    stream.addEventListener("message", ({ data }) => {
      queries.setQueryData(journeyCountsQuery(journeyId, version).queryKey, JSON.parse(String(data)) as JourneyCounts);
    });
    return () => stream.close();
  }, [journeyId, version, queries]);
  return useQuery(journeyCountsQuery(journeyId, version));
}
