/** The door. A one-time link opens it by itself: its token stands in the fragment, so that no server or proxy logs it. */
import { Button } from "@mantine/core";
import { DoorOpen, KeyRound, Link2Off } from "lucide-react";
import type { ReactNode } from "react";
import { Link, Navigate, useLocation } from "react-router";

import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import { Logo } from "./Logo";
import { PageLoading } from "./PageLoading";
import { PageTitle } from "./PageTitle";
import { PasswordForm } from "./PasswordForm";
import { ProblemState } from "./ProblemState";
import { useSignIn } from "./session";
import styles from "./SignInPage.module.css";

export function SignInPage() {
  const token = useLocation().hash.slice(1);
  const signIn = useSignIn(token);
  if (signIn.isSuccess) return <Navigate to="/journeys" replace />;
  if (token === "") {
    return (
      <Card icon={<DoorOpen size={20} />} title={t("signIn.title")} detail={t("signIn.detail")}>
        <PasswordForm />
        <details className={styles.help}>
          <summary>
            <KeyRound size={13} aria-hidden="true" /> {t("signIn.link.title")}
          </summary>
          <p>{t("signIn.link.detail")}</p>
          <pre className="mono">{t("signIn.example", { origin: globalThis.location.origin })}</pre>
        </details>
      </Card>
    );
  }
  if (signIn.isPending) return <PageLoading />;

  const problem = Problem.of(signIn.error);
  if (problem.isTemporary) return <ProblemState problem={problem} onRetry={() => void signIn.refetch()} isPage />;
  return (
    <Card icon={<Link2Off size={20} />} title={t("signIn.usedUp.title")} detail={t("signIn.usedUp.detail")}>
      <Button component={Link} to="/sign-in" variant="default" mt={6}>
        {t("signIn.instead")}
      </Button>
      <small className="mono">{t("state.code", { code: problem.code })}</small>
    </Card>
  );
}

function Card({ icon, title, detail, children }: { icon: ReactNode; title: string; detail: string; children: ReactNode }) {
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
        {children}
      </section>
    </main>
  );
}
