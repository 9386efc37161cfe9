/** The pages of staff: without a session there is only the way to sign in. */
import { Navigate } from "react-router";

import { Problem } from "../client/problem";
import { PageLoading } from "./PageLoading";
import { ProblemState } from "./ProblemState";
import { useSession } from "./session";
import { Shell } from "./Shell";

export function StaffOnly() {
  const session = useSession();
  if (session.isPending) return <PageLoading />;
  if (session.isError) {
    const problem = Problem.of(session.error);
    if (problem.isSignedOut) return <Navigate to="/sign-in" replace />;
    return <ProblemState problem={problem} onRetry={() => void session.refetch()} isPage />;
  }
  return <Shell session={session.data} />;
}
