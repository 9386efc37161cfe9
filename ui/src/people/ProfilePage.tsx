/** One person: what we may send her, what she waits for, and everything that happened. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { Link, useParams } from "react-router";

import { Problem } from "../client/problem";
import type { Profile } from "../client/types";
import page from "../shell/page.module.css";
import { PageTitle } from "../shell/PageTitle";
import { ProblemState } from "../shell/ProblemState";
import { WayOut } from "../shell/WayOut";
import { t } from "../texts/texts";
import { displayName } from "./identity";
import { ErasedPerson } from "./ErasedPerson";
import { Consents, Devices, Enrollments, Waits } from "./ProfileCards";
import { ProfileHeader } from "./ProfileHeader";
import styles from "./ProfilePage.module.css";
import { profileQuery } from "./queries";
import { Timeline } from "./Timeline";

export function ProfilePage() {
  const { profileId = "" } = useParams();
  const profile = useQuery(profileQuery(profileId));
  return (
    <div className={page.page}>
      <nav className={styles.path} aria-label={t("shell.path")}>
        <Link to="/people">{t("people.title")}</Link>
        <ChevronRight size={14} aria-hidden="true" />
        <span>{profile.data === undefined ? "…" : profile.data.erased === null ? displayName(profile.data) : t("erased.name")}</span>
      </nav>
      {profile.isPending && <Loading />}
      {profile.isError && profile.data === undefined && (
        <ProblemState
          problem={Problem.of(profile.error)}
          onRetry={() => void profile.refetch()}
          wayOut={<WayOut to="/people">{t("notFound.people")}</WayOut>}
        />
      )}
      {profile.data !== undefined && <Person profile={profile.data} />}
    </div>
  );
}

function Person({ profile }: { profile: Profile }) {
  if (profile.erased !== null) return <ErasedPerson profile={profile} erased={profile.erased} />;
  return (
    <>
      <PageTitle>{displayName(profile)}</PageTitle>
      <ProfileHeader profile={profile} />
      <div className={styles.columns}>
        <Timeline key={profile.id} profileId={profile.id} zone={profile.timezone} />
        <div className={styles.cards}>
          <Waits entries={profile.waitlist} zone={profile.timezone} />
          <Consents consents={profile.consents} zone={profile.timezone} />
          <Devices subscriptions={profile.push_subscriptions} zone={profile.timezone} />
          <Enrollments enrollments={profile.enrollments} zone={profile.timezone} />
        </div>
      </div>
    </>
  );
}

function Loading() {
  return (
    <div role="status" aria-label={t("state.loading")}>
      <div className={styles.loadingHead}>
        <Skeleton height={48} circle />
        <Skeleton height={20} width={220} />
      </div>
      <div className={styles.columns}>
        <div className={styles.loadingRows}>
          {["first", "second", "third", "fourth"].map((row) => (
            <div key={row} className={styles.loadingRow}>
              <Skeleton height={28} circle />
              <Skeleton height={13} width="46%" />
            </div>
          ))}
        </div>
        <Skeleton height={190} radius={10} />
      </div>
    </div>
  );
}
