/** One person of the list: the whole row is her link. */
import { Link } from "react-router";

import type { ProfileRow } from "../client/types";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { t } from "../texts/texts";
import { contactLine, displayName } from "./identity";
import styles from "./PeoplePage.module.css";
import { Picture } from "./Picture";

export function PersonRow({ profile }: { profile: ProfileRow }) {
  return (
    <li className={styles.person}>
      <Picture profile={profile} />
      <div className={styles.who}>
        <Link to={`/people/${encodeURIComponent(profile.id)}`}>{displayName(profile)}</Link>
        <span>{contactLine(profile)}</span>
      </div>
      {profile.open_waits > 0 && (
        <Chip tone="accent" dot="still">
          {t("people.waits", { count: profile.open_waits })}
        </Chip>
      )}
      <span className={styles.seen}>
        {profile.last_event_at === null ? t("people.neverSeen") : <Moment at={profile.last_event_at} />}
      </span>
    </li>
  );
}
