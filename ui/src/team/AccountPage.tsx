/** One's own account: who one is here, what one may do, and the password. */
import { Button, PasswordInput, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { Problem } from "../client/problem";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { useSession } from "../shell/session";
import { nameOf, t } from "../texts/texts";
import { accountQuery, choosePassword } from "./queries";
import styles from "./Team.module.css";

export function AccountPage() {
  const session = useSession();
  const account = useQuery(accountQuery);
  return (
    <div className={page.page}>
      <PageHeader title={t("account.title")} detail={t("account.detail")} />
      {account.isError && <ProblemState problem={Problem.of(account.error)} onRetry={() => void account.refetch()} />}
      {account.isPending && <Skeleton height={220} radius="md" />}
      {account.data !== undefined && session.data !== undefined && (
        <div className={styles.account}>
          <section className={page.card}>
            <dl className={styles.facts}>
              <dt>{t("account.name")}</dt>
              <dd>{session.data.staff.name}</dd>
              <dt>{t("account.email")}</dt>
              <dd>{account.data.email ?? t("account.noEmail")}</dd>
              <dt>{t("account.role")}</dt>
              <dd>{nameOf("role", session.data.staff.role)}</dd>
              <dt>{t("account.may")}</dt>
              <dd>
                <ul>
                  {session.data.permissions.map((one) => (
                    <li key={one}>{nameOf("permission", one)}</li>
                  ))}
                </ul>
              </dd>
            </dl>
          </section>
          {account.data.email !== null && (
            <section className={page.card} aria-label={t("account.password")}>
              <NewPassword hasOne={account.data.has_password} asksCurrent={account.data.asks_current} />
            </section>
          )}
        </div>
      )}
    </div>
  );
}

function NewPassword({ hasOne, asksCurrent }: { hasOne: boolean; asksCurrent: boolean }) {
  const choose = useMutation(choosePassword);
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const problem = choose.isError ? Problem.of(choose.error) : null;
  const about = (field: string) => problem?.errors.find((one) => one.field === field)?.detail;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose.mutate(
      { current: asksCurrent ? current : null, new: wanted },
      {
        onSuccess: () => {
          setCurrent("");
          setWanted("");
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className={styles.password}>
      <h2>{t(hasOne ? "account.change" : "account.choose")}</h2>
      {asksCurrent && (
        <PasswordInput
          required
          withAsterisk={false}
          label={t("account.current")}
          autoComplete="current-password"
          error={about("current")}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
      )}
      <PasswordInput
        required
        withAsterisk={false}
        minLength={12}
        maxLength={200}
        label={t("account.new")}
        description={t("account.hint")}
        autoComplete="new-password"
        error={about("new")}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {problem !== null && problem.errors.length === 0 && (
        <p role="alert" className={styles.problem}>
          {problem.detail}
        </p>
      )}
      {choose.isSuccess && wanted === "" && <p role="status">{t("account.saved")}</p>}
      <div>
        <Button type="submit" loading={choose.isPending}>
          {t("account.save")}
        </Button>
        <small>{t("account.elsewhere")}</small>
      </div>
    </form>
  );
}
