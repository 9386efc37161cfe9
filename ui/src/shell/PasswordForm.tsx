/** Address and password, and the provider of single sign-on where there is one. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import { useSignInByPassword, waysInQuery } from "./session";
import styles from "./SignInPage.module.css";

const REFUSALS = ["not_a_member", "provider_refused", "provider_failed", "took_too_long"] as const;

export function PasswordForm() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const ways = useQuery(waysInQuery);
  const signIn = useSignInByPassword();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const refusal = REFUSALS.find((one) => one === search.get("refused"));
  const problem = signIn.isError ? Problem.of(signIn.error).detail : refusal && t(`signIn.refused.${refusal}`);
  const provider = ways.data?.oidc ?? null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email: email.trim(), password }, { onSuccess: () => void navigate("/journeys", { replace: true }) });
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <TextInput
        type="email"
        required
        withAsterisk={false}
        label={t("signIn.email")}
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        data-autofocus
      />
      <PasswordInput
        required
        withAsterisk={false}
        label={t("signIn.password")}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" loading={signIn.isPending} mt={4}>
        {t("signIn.submit")}
      </Button>
      {provider !== null && (
        <>
          <span className={styles.or}>{t("signIn.or")}</span>
          <Button component="a" href="/v1/session/oidc" variant="default">
            {t("signIn.continueWith", { provider })}
          </Button>
        </>
      )}
    </form>
  );
}
