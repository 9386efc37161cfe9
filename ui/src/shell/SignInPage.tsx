/** The one-time sign-in link: /sign-in#TOKEN. The token is in the fragment, so that no server or proxy logs it. */
import { Button } from "@mantine/core";
import { KeyRound, Link2Off } from "lucide-react";
import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";

import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import { Logo } from "./Logo";
import { PageLoading } from "./PageLoading";
import { PageTitle } from "./PageTitle";
import { ProblemState } from "./ProblemState";
import { useSignIn } from "./session";
import styles from "./SignInPage.module.css";

export function SignInPage() {
  const token = useLocation().hash.slice(1);
  const signIn = useSignIn(token);
  if (signIn.isSuccess) return <Navigate to="/journeys" replace />;
  if (token === "") return <Card icon={<KeyRound size={20} />} title={t("signIn.title")} detail={t("signIn.detail")} />;
  if (signIn.isPending) return <PageLoading />;

  const problem = Problem.of(signIn.error);
  if (problem.isTemporary) return <ProblemState problem={problem} onRetry={() => void signIn.refetch()} isPage />;
  return (
    <Card icon={<Link2Off size={20} />} title={t("signIn.usedUp.title")} detail={t("signIn.usedUp.detail")}>
      <small className="mono">{t("state.code", { code: problem.code })}</small>
    </Card>
  );
}

function Card({ icon, title, detail, children }: { icon: ReactNode; title: string; detail: string; children?: ReactNode }) {
  return (
    <main className={styles.page}>
      <PageTitle>{t("signIn.title")}</PageTitle>
      <div className={styles.brand}>
        <Logo size={30} /> Waitline
      </div>
      <section className={styles.card}>
        <span className={styles.icon} data-tone="accent" aria-hidden="true">
          {icon}
        </span>
        <h1>{title}</h1>
        <p>{detail}</p>
        <pre className="mono">{t("signIn.example", { origin: globalThis.location.origin })}</pre>
        <Button component="a" href="/journeys" variant="default" size="sm">
          {t("signIn.signedInAlready")}
        </Button>
        {children}
      </section>
    </main>
  );
}
