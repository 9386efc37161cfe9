/** Who is signed in: asked once, renewed by signing in, gone after signing out or when the API answers 401. */
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";

import { api, read } from "../client/api";
import { queryClient, SESSION_KEY } from "../client/queryClient";
import type { Session } from "../client/types";

const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: (): Promise<Session> => read(api.GET("/v1/session")),
  staleTime: Infinity,
});

export function useSession() {
  return useQuery(sessionQuery);
}

/**
 * Exchanges the one-time token of a sign-in link. It is a query, not a mutation, because arriving at the link is the
 * act: one request for one token, however often React mounts the page.
 */
export function useSignIn(token: string) {
  return useQuery({
    queryKey: ["sign-in", token],
    queryFn: async (): Promise<Session> => {
      const session = await read(api.POST("/v1/session", { body: { token } }));
      queryClient.setQueryData(SESSION_KEY, session);
      return session;
    },
    enabled: token !== "",
    retry: false,
    staleTime: Infinity,
  });
}

/** How staff may sign in here, beside links and passwords. */
export const waysInQuery = queryOptions({
  queryKey: ["ways-in"],
  queryFn: () => read(api.GET("/v1/session/ways")),
  staleTime: Infinity,
});

export function useSignInByPassword() {
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => read(api.POST("/v1/session/password", { body })),
    onSuccess: (session: Session) => queryClient.setQueryData(SESSION_KEY, session),
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => read(api.DELETE("/v1/session")),
    onSuccess: () => queryClient.resetQueries(),
  });
}
