/** The people behind a number: who waits at a step, or ended there; each leads to her page. */
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { Link } from "react-router";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { EnrollmentPlace } from "../client/types";
import type { JourneyDocument, JourneyNode } from "../document/journey";
import { type CountName, countTitle } from "../nodes/face";
import { lookOf } from "../nodes/registry";
import { Moment } from "../shell/Moment";
import { ProblemState } from "../shell/ProblemState";
import { nameOf, t } from "../texts/texts";
import panel from "./panels.module.css";
import styles from "./PeoplePanel.module.css";

interface Props {
  journeyId: string;
  version: number;
  document: JourneyDocument;
  node: JourneyNode;
  count: CountName;
  onClose: () => void;
}

export function PeoplePanel({ journeyId, version, document, node, count, onClose }: Props) {
  const look = lookOf(node, document.messages);
  const people = useInfiniteQuery({
    queryKey: ["journeys", journeyId, "enrollments", version, node.id, count],
    queryFn: ({ pageParam }) =>
      read(
        api.GET("/v1/journeys/{journey_id}/enrollments", {
          params: {
            path: { journey_id: journeyId },
            query: { version, node: node.id, state: count === "waiting" ? "waiting" : "ended", ...(pageParam !== null && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  const items = people.data?.pages.flatMap((page) => page.items);
  return (
    <div className={panel.panel}>
      <header className={panel.head}>
        <look.icon size={18} strokeWidth={1.9} aria-hidden="true" />
        <h2>{t("peopleAt.title", { what: countTitle(count, look.outlets.length === 0), step: look.title })}</h2>
        <ActionIcon variant="subtle" color="gray" aria-label={t("panel.close")} onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </ActionIcon>
      </header>
      {people.isError && <ProblemState problem={Problem.of(people.error)} onRetry={() => void people.refetch()} />}
      {people.isPending && <Skeleton height={180} m={20} />}
      {items !== undefined && (
        <ul className={styles.people} aria-label={t("peopleAt.list")}>
          {items.map((item) => (
            <Person key={item.id} item={item} />
          ))}
        </ul>
      )}
      {items?.length === 0 && <p className={panel.note}>{t("peopleAt.nobody")}</p>}
      {people.hasNextPage && (
        <Button variant="default" size="xs" m={16} loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
          {t("people.more")}
        </Button>
      )}
    </div>
  );
}

function Person({ item }: { item: EnrollmentPlace }) {
  return (
    <li>
      <Link to={`/people/${encodeURIComponent(item.profile.id)}`}>
        <b>{item.profile.name ?? t("people.anonymous")}</b>
        <small>
          {item.exit_reason === null ? nameOf("enrollment_status", item.status) : nameOf("exit_reason", item.exit_reason)}
          {item.is_test && ` · ${t("peopleAt.test")}`}
        </small>
      </Link>
      <Moment at={item.since} />
    </li>
  );
}
