/** Who works here, what each may do, and the keys that machines come in with. */
import { Button, Skeleton, Switch } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";

import { Problem } from "../client/problem";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { ApiKeys } from "./ApiKeys";
import { MemberRow } from "./MemberRow";
import { NewMemberDialog } from "./NewMemberDialog";
import { askForSecond, membersQuery, secondApproverQuery } from "./queries";
import { SecretDialog, type Shown } from "./SecretDialog";
import styles from "./Team.module.css";

export function TeamPage() {
  const members = useQuery(membersQuery);
  const second = useQuery(secondApproverQuery);
  const askForIt = useMutation(askForSecond);
  const [isAdding, setIsAdding] = useState(false);
  const [shown, setShown] = useState<Shown | null>(null);
  const open = members.data?.items.filter((one) => one.closed_at === null) ?? [];
  const closed = members.data?.items.filter((one) => one.closed_at !== null) ?? [];
  return (
    <div className={page.page}>
      <PageHeader title={t("team.title")} detail={t("team.detail")}>
        <Button leftSection={<Plus size={15} aria-hidden="true" />} onClick={() => setIsAdding(true)}>
          {t("team.add")}
        </Button>
      </PageHeader>
      <section className={page.card} aria-label={t("team.members")}>
        {members.isPending && <Skeleton height={180} radius="md" />}
        {members.isError && <ProblemState problem={Problem.of(members.error)} onRetry={() => void members.refetch()} />}
        <ul className={styles.rows}>
          {open.map((member) => (
            <MemberRow key={member.id} member={member} onShow={setShown} />
          ))}
        </ul>
      </section>
      {closed.length > 0 && (
        <>
          <h2 className={styles.heading}>{t("team.closedMembers")}</h2>
          <section className={page.card} aria-label={t("team.closedMembers")}>
            <ul className={styles.rows}>
              {closed.map((member) => (
                <MemberRow key={member.id} member={member} onShow={setShown} />
              ))}
            </ul>
          </section>
        </>
      )}
      <section className={styles.rule}>
        <Switch
          checked={second.data?.on ?? false}
          disabled={second.data === undefined || askForIt.isPending}
          label={t("team.second")}
          description={t("team.secondDetail")}
          onChange={(event) => askForIt.mutate(event.currentTarget.checked)}
        />
      </section>
      <ApiKeys onShow={setShown} />
      {isAdding && <NewMemberDialog onClose={() => setIsAdding(false)} onShow={setShown} />}
      {shown !== null && <SecretDialog shown={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
