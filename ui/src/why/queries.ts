/** What the pages of "why" ask the API. */
import { queryOptions, skipToken } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { whileLive } from "../client/queryClient";

export function occasionsQuery(profileId: string) {
  return queryOptions({
    queryKey: ["profiles", "one", profileId, "occasions"],
    queryFn: () => read(api.GET("/v1/profiles/{profile_id}/occasions", { params: { path: { profile_id: profileId } } })),
  });
}

/** What is asked: which journey, on which occasion. */
export interface Asked {
  journey: string;
  occasion: string;
}

export function whyQuery(profileId: string, asked: Asked | null) {
  return queryOptions({
    queryKey: ["profiles", "one", profileId, "why", asked],
    queryFn: asked === null ? skipToken : () => readWhy(profileId, asked),
  });
}

function readWhy(profileId: string, { journey, occasion }: Asked) {
  const params = { path: { profile_id: profileId }, query: { journey, occasion } };
  return read(api.GET("/v1/profiles/{profile_id}/why", { params }));
}

export function passageQuery(enrollmentId: string) {
  return queryOptions({
    queryKey: ["enrollments", enrollmentId],
    queryFn: () => read(api.GET("/v1/enrollments/{enrollment_id}", { params: { path: { enrollment_id: enrollmentId } } })),
    refetchInterval: whileLive,
  });
}

/** A message never changes what it said, only what became of it. */
export function messageQuery(id: string) {
  return queryOptions({
    queryKey: ["messages", "one", id],
    queryFn: () => read(api.GET("/v1/messages/{message_id}", { params: { path: { message_id: id } } })),
  });
}
