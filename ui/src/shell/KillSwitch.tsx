/** The switch that stops all sending: a banner on every page while it is on, and the guarded way to turn it. */
import { Button, Checkbox, Group, Modal, TextInput, Tooltip } from "@mantine/core";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { OctagonPause, Play } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { KillSwitch } from "../client/types";
import { t } from "../texts/texts";
import styles from "./KillSwitch.module.css";
import { useMay } from "./may";
import { Moment } from "./Moment";

const ASKED_EVERY_MS = 10_000;

const killSwitchQuery = queryOptions({
  queryKey: ["kill-switch"],
  queryFn: () => read(api.GET("/v1/workspace/kill-switch")),
  refetchInterval: ({ state }) => (state.data === undefined ? false : ASKED_EVERY_MS),
});

export function KillSwitchBanner() {
  const { data: now } = useQuery(killSwitchQuery);
  const [isAsking, setIsAsking] = useState(false);
  const mayTurn = useMay("stop_everything");
  if (now?.on !== true) return null;
  return (
    <section className={styles.banner} aria-label={t("halt.isOn")} data-tone="warn">
      <OctagonPause size={18} aria-hidden="true" />
      <p>
        <b>{t("halt.isOn")}</b> {now.by === null ? t("halt.bySomebody") : t("halt.by", { by: now.by })}{" "}
        {now.since !== null && <Moment at={now.since} />}
        {now.reason !== null && <q>{now.reason}</q>}
      </p>
      {mayTurn && (
        <Button size="xs" variant="default" leftSection={<Play size={14} aria-hidden="true" />} onClick={() => setIsAsking(true)}>
          {t("halt.resume")}
        </Button>
      )}
      {isAsking && <TurnDialog on={false} onClose={() => setIsAsking(false)} />}
    </section>
  );
}

/** In the rail's foot; out of the way, two deliberate acts from stopping everything. */
export function KillSwitchButton() {
  const { data: now } = useQuery(killSwitchQuery);
  const [isAsking, setIsAsking] = useState(false);
  const mayTurn = useMay("stop_everything");
  if (!mayTurn) return null;
  return (
    <>
      <Tooltip label={t("halt.open")} position="right">
        <button type="button" className={styles.open} aria-label={t("halt.open")} disabled={now?.on !== false} onClick={() => setIsAsking(true)}>
          <OctagonPause size={16} aria-hidden="true" />
        </button>
      </Tooltip>
      {isAsking && <TurnDialog on onClose={() => setIsAsking(false)} />}
    </>
  );
}

function TurnDialog({ on, onClose }: { on: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [isSure, setIsSure] = useState(!on);
  const turn = useMutation({
    mutationFn: () => read(api.PUT("/v1/workspace/kill-switch", { body: { on, reason } })),
    onSuccess: (now: KillSwitch) => {
      queries.setQueryData(killSwitchQuery.queryKey, now);
      onClose();
    },
  });
  const problem = turn.isError ? Problem.of(turn.error) : null;
  return (
    <Modal opened onClose={onClose} title={t(on ? "halt.title" : "halt.resumeTitle")} centered>
      <p className={styles.detail}>{t(on ? "halt.detail" : "halt.resumeDetail")}</p>
      <TextInput
        label={t(on ? "halt.reason" : "halt.resumeReason")}
        description={on ? t("halt.reasonHint") : null}
        value={reason}
        maxLength={500}
        error={problem && `${problem.title} ${problem.detail}`}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      {on && <Checkbox mt="md" size="sm" label={t("halt.sure")} checked={isSure} onChange={(event) => setIsSure(event.currentTarget.checked)} />}
      <Group justify="flex-end" gap={8} mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button color={on ? "red.9" : undefined} disabled={!isSure || reason.trim() === ""} loading={turn.isPending} onClick={() => turn.mutate()}>
          {t(on ? "halt.confirm" : "halt.resumeConfirm")}
        </Button>
      </Group>
    </Modal>
  );
}
