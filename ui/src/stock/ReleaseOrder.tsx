/** In which order a release let people in, and what gave each her place. */
import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { Problem } from "../client/problem";
import { Moment } from "../shell/Moment";
import { ProblemState } from "../shell/ProblemState";
import { nameOf, t } from "../texts/texts";
import { releasePeopleQuery } from "./queries";
import styles from "./ReleaseCard.module.css";
import type { LetIn } from "./types";

export function ReleaseOrder({ id }: { id: string }) {
  const people = useInfiniteQuery(releasePeopleQuery(id));
  if (people.data === undefined) {
    return people.isError ? (
      <ProblemState problem={Problem.of(people.error)} onRetry={() => void people.refetch()} />
    ) : (
      <Skeleton height={120} m={20} />
    );
  }
  return (
    <div className={styles.order}>
      <ol>
        {people.data.pages
          .flatMap(({ items }) => items)
          .map((person) => (
            <Person key={person.position} person={person} />
          ))}
      </ol>
      {people.hasNextPage && (
        <Button variant="subtle" fullWidth loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
          {t("waitlist.morePeople")}
        </Button>
      )}
    </div>
  );
}

function Person({ person }: { person: LetIn }) {
  const why = [
    person.tier === null ? null : t("releases.tier", { number: person.tier + 1 }),
    person.intent === 0 ? t("releases.asked") : t("releases.inferred"),
    person.score === null || person.score === 0 ? null : t("releases.score", { score: person.score }),
  ].filter((part) => part !== null);
  return (
    <li>
      <b className="numbers">{person.position}</b>
      <Link to={`/people/${encodeURIComponent(person.profile_id)}`}>{person.name ?? t("waitlist.anonymous")}</Link>
      <span>{why.join(" · ")}</span>
      {person.since === null ? <span /> : <Moment at={person.since} />}
      <span>{person.state === null ? "" : nameOf("wait_state", person.state)}</span>
    </li>
  );
}
