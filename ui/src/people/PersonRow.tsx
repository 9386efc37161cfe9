/** One person of the list: the whole row is her link. What fits the search is marked, and said where it is not shown. */
import { Link } from "react-router";

import type { ProfileRow } from "../client/types";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { t } from "../texts/texts";
import { contactLine, displayName, matchLine } from "./identity";
import { Marked } from "./Marked";
import styles from "./PeoplePage.module.css";
import { Picture } from "./Picture";

export function PersonRow({ profile, typed }: { profile: ProfileRow; typed: string }) {
  const match = matchLine(profile);
  return (
    <li className={styles.person}>
      <Picture profile={profile} />
      <div className={styles.who}>
        <Link to={`/people/${encodeURIComponent(profile.id)}`}>
          <Marked text={displayName(profile)} typed={typed} />
        </Link>
        <p>
          <Marked text={contactLine(profile)} typed={typed} />
        </p>
      </div>
      {match !== null && <Chip tone="good">{match}</Chip>}
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
