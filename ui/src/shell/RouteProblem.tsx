/** A page that broke or did not arrive: reloading brings it back. */
import { useRouteError } from "react-router";

import { Problem } from "../client/problem";
import { ProblemState } from "./ProblemState";

export function RouteProblem({ isPage = false }: { isPage?: boolean }) {
  const problem = Problem.of(useRouteError());
  return <ProblemState problem={problem} onRetry={() => globalThis.location.reload()} isPage={isPage} />;
}
