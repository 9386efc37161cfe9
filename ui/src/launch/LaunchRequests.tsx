/** The second person's part: what waits for approval, who asked for it, and the answer. */
import { Button, Group, TextInput } from "@mantine/core";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, Hourglass, X } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { whileLive } from "../client/queryClient";
import type { components } from "../client/schema";
import { Moment } from "../shell/Moment";
import { useSession } from "../shell/session";
import { t } from "../texts/texts";
import styles from "./Launch.module.css";

export type LaunchRequest = components["schemas"]["LaunchRequest"];
type Launched = components["schemas"]["Launched"];

export function launchRequestsQuery(journeyId: string) {
  return queryOptions({
    queryKey: ["journeys", journeyId, "launch-requests"],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}/launch-requests", { params: { path: { journey_id: journeyId } } })),
    refetchInterval: whileLive,
  });
}

interface Props {
  journeyId: string;
  request: LaunchRequest;
  onLaunched: (launched: Launched) => void;
}

export function PendingRequest({ journeyId, request, onLaunched }: Props) {
  const queries = useQueryClient();
  const session = useSession().data;
  const [reason, setReason] = useState("");
  const path = { journey_id: journeyId, request_id: request.id };
  const renew = () => queries.invalidateQueries({ queryKey: ["journeys"], refetchType: "active", predicate: ({ queryKey }) => queryKey[2] !== "draft" });
  const approve = useMutation({
    mutationFn: () => read(api.POST("/v1/journeys/{journey_id}/launch-requests/{request_id}/approve", { params: { path } })),
    onSuccess: onLaunched,
    onSettled: renew,
  });
  const refuse = useMutation({
    mutationFn: () =>
      read(
        api.POST("/v1/journeys/{journey_id}/launch-requests/{request_id}/refuse", {
          params: { path },
          body: { reason: reason.trim() === "" ? null : reason.trim() },
        }),
      ),
    onSettled: renew,
  });
  const isMine = session?.staff.id === request.asked_by_id;
  const mayDecide = session?.permissions.includes("launch_journeys") === true;
  const failed = approve.error ?? refuse.error;
  return (
    <section className={styles.request} data-tone="warn" aria-label={t("launch.request.title")}>
      <h2>
        <Hourglass size={15} aria-hidden="true" /> {t(isMine ? "launch.request.mine" : "launch.request.title")}
      </h2>
      <p>
        {t("launch.request.asked", { by: request.asked_by })} <Moment at={request.asked_at} />
      </p>
      {request.note !== null && <q>{request.note}</q>}
      {request.is_outdated && <p role="status">{t("launch.request.outdated")}</p>}
      {failed !== null && <p role="alert">{Problem.of(failed).detail}</p>}
      {mayDecide && !isMine && (
        <TextInput aria-label={t("launch.request.reason")} placeholder={t("launch.request.reason")} value={reason} maxLength={500} onChange={(event) => setReason(event.currentTarget.value)} />
      )}
      {mayDecide && (
        <Group gap={8}>
          {!isMine && (
            <Button
              size="xs"
              leftSection={<Check size={14} aria-hidden="true" />}
              disabled={request.is_outdated}
              loading={approve.isPending}
              onClick={() => approve.mutate()}
            >
              {t("launch.request.approve")}
            </Button>
          )}
          <Button size="xs" variant="default" leftSection={<X size={14} aria-hidden="true" />} loading={refuse.isPending} onClick={() => refuse.mutate()}>
            {t(isMine ? "launch.request.withdraw" : "launch.request.refuse")}
          </Button>
        </Group>
      )}
    </section>
  );
}

/** What became of the newest request, when it was refused. */
export function RefusedRequest({ request }: { request: LaunchRequest }) {
  return (
    <p className={styles.refused}>
      {t("launch.request.refused", { by: request.decided_by ?? "" })} {request.reason !== null && <q>{request.reason}</q>}
    </p>
  );
}
