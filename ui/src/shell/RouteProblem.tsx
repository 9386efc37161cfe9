/** A page that broke or could not be fetched (a new version was installed meanwhile): reload brings it back. */
import { useRouteError } from "react-router";

import { Problem } from "../client/problem";
import { ProblemState } from "./ProblemState";

export function RouteProblem() {
  return <ProblemState problem={Problem.of(useRouteError())} onRetry={() => globalThis.location.reload()} isPage />;
}
