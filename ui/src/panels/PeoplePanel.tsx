/** The enrollments behind a number: who came, waits, went on, dropped out or ended there; each leads to her passage. */
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Users, X } from "lucide-react";
import { Link } from "react-router";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { EnrollmentPlace } from "../client/types";
import { type JourneyDocument, nodeById } from "../document/journey";
import type { Days } from "../journeys/days";
import { lookOf } from "../nodes/registry";
import { Moment } from "../shell/Moment";
import { ProblemState } from "../shell/ProblemState";
import { nameOf, t } from "../texts/texts";
import { type Behind, behindTitle } from "./behind";
import panel from "./panels.module.css";
import styles from "./PeoplePanel.module.css";

interface Props {
  journeyId: string;
  version: number;
  days: Days;
  document: JourneyDocument;
  behind: Behind;
  onClose: () => void;
}

export function PeoplePanel({ journeyId, version, days, document, behind, onClose }: Props) {
  const node = nodeById(document.graph, behind.node);
  const look = node && lookOf(node, document.messages);
  const people = useInfiniteQuery({
    queryKey: ["journeys", journeyId, "enrollments", version, days, behind],
    queryFn: ({ pageParam }) =>
      read(
        api.GET("/v1/journeys/{journey_id}/enrollments", {
          params: {
            path: { journey_id: journeyId },
            query: { ...asked(version, days, behind), ...(pageParam !== null && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  const Icon = look?.icon ?? Users;
  const items = people.data?.pages.flatMap((page) => page.items);
  return (
    <div className={panel.panel}>
      <header className={panel.head}>
        <Icon size={18} strokeWidth={1.9} aria-hidden="true" />
        <h2>{t("peopleAt.title", { what: behindTitle(behind, look?.outlets.length === 0), step: look?.title ?? t("panel.overview") })}</h2>
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

/** A number as the question who is behind it: whom it counted, or who stands there now. */
function asked(version: number, { since, until }: Days, { node, did, reason, outlet }: Behind) {
  const where = { version, ...(node !== null && { node }) };
  if (did === "waiting") return { ...where, state: "inside" as const };
  return {
    ...where,
    did,
    ...(reason !== undefined && { reason }),
    ...(outlet !== undefined && { outlet }),
    ...(since !== null && { since }),
    ...(until !== null && { until }),
  };
}

function Person({ item }: { item: EnrollmentPlace }) {
  return (
    <li>
      <Link to={`/enrollments/${encodeURIComponent(item.id)}`}>
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
