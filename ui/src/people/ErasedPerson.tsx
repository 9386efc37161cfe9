/** What is left of a person who was erased: that she was, who erased her and why, and what is counted without her name. */
import { UserRoundX } from "lucide-react";

import type { Profile } from "../client/types";
import { Moment } from "../shell/Moment";
import { PageTitle } from "../shell/PageTitle";
import { t } from "../texts/texts";
import { dateWords } from "../texts/times";
import styles from "./ErasedPerson.module.css";
import { Timeline } from "./Timeline";

export function ErasedPerson({ profile, erased }: { profile: Profile; erased: NonNullable<Profile["erased"]> }) {
  return (
    <>
      <PageTitle>{t("erased.name")}</PageTitle>
      <section className={styles.notice} aria-label={t("erased.name")}>
        <span className={styles.icon}>
          <UserRoundX size={20} aria-hidden="true" />
        </span>
        <div>
          <h1>{t("erased.name")}</h1>
          <p>
            <Moment at={erased.at}>{t("erased.when", { date: dateWords(erased.at), by: erased.by })}</Moment>
          </p>
          {erased.reason !== null && <blockquote>{erased.reason}</blockquote>}
          <p>{t("erased.left")}</p>
        </div>
      </section>
      <Timeline key={profile.id} profileId={profile.id} zone={profile.timezone} />
    </>
  );
}
