/** The one cache of server data: how long answers stay fresh, when to ask again, what a lost session does. */
import { QueryCache, QueryClient } from "@tanstack/react-query";

import { Problem } from "./problem";

export const SESSION_KEY = ["session"] as const;

const LIVE_INTERVAL_MS = 2_000;

/**
 * How often a live query asks again while its page is visible. Not before there is an answer: a page that shows what
 * went wrong stays so until it is told to try again.
 */
export function whileLive(query: { state: { data: unknown } }): number | false {
  return query.state.data === undefined ? false : LIVE_INTERVAL_MS;
}

const RETRIES = 2;
const FIRST_RETRY_MS = 400;

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
      retryDelay: (failures) => FIRST_RETRY_MS * 2 ** failures,
      retry: (failures, error) => failures < RETRIES && Problem.of(error).isTemporary,
    },
    mutations: { networkMode: "always" },
  },
});
