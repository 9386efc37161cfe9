/** What a publish would do to those inside, asked of the server for each choice. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, read } from "../client/api";

export interface Migration {
  choice: "keep" | "move" | "exit";
  /** Where those on a step that is gone go on. */
  mapping: Record<string, string>;
}

export function impactQuery(journeyId: string, migration: Migration) {
  return queryOptions({
    queryKey: ["journeys", journeyId, "draft-checks", "impact", migration],
    queryFn: () =>
      read(api.POST("/v1/journeys/{journey_id}/impact", { params: { path: { journey_id: journeyId } }, body: { migration } })),
    placeholderData: keepPreviousData,
  });
}
