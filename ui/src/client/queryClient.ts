/** The one cache of server data: how long answers stay fresh, when to ask again, what a lost session does. */
import { QueryCache, QueryClient } from "@tanstack/react-query";

import { Problem } from "./problem";

export const SESSION_KEY = ["session"] as const;

/** How often live numbers and timelines are asked for again while their page is visible. */
export const LIVE_INTERVAL_MS = 2_000;

const RETRIES = 2;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      const sessionEnded = Problem.of(error).isSignedOut && query.queryKey[0] !== SESSION_KEY[0];
      if (sessionEnded) void queryClient.resetQueries({ queryKey: SESSION_KEY });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      networkMode: "always", // the server may be on this machine: being offline is no reason not to ask
      retry: (failures, error) => failures < RETRIES && Problem.of(error).isTemporary,
    },
    mutations: { networkMode: "always" },
  },
});
