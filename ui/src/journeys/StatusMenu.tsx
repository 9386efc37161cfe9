/** Pause, resume, test, end: what can become of a published journey; its notes, and its link for testers. */
import { ActionIcon, Button, Group, Menu, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CirclePause, CirclePlay, CircleStop, Download, Ellipsis, FlaskConical, Link2, type LucideIcon, StickyNote } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { Journey, JourneyStatus } from "../client/types";
import { useMay } from "../shell/may";
import { t } from "../texts/texts";
import { saveAsFile } from "./exporting";
import { NotesDialog } from "./NotesDialog";
import { TestLinkDialog } from "./TestLinkDialog";

type Turn = Exclude<JourneyStatus, "draft">;

const ICONS: Readonly<Record<Turn, LucideIcon>> = {
  active: CirclePlay,
  paused: CirclePause,
  test: FlaskConical,
  ended: CircleStop,
};

/** Where a journey may go from where it is. */
const NEXT: Readonly<Record<JourneyStatus, readonly Turn[]>> = {
  draft: [],
  test: ["active", "ended"],
  active: ["paused", "test", "ended"],
  paused: ["active", "ended"],
  ended: ["active"],
};

export function StatusMenu({ journey }: { journey: Journey }) {
  const [turning, setTurning] = useState<Turn | null>(null);
  const [opened, setOpened] = useState<"notes" | "testLink" | null>(null);
  const mayLaunch = useMay("launch_journeys");
  const mayEdit = useMay("edit_journeys");
  const turns = journey.version === null || !mayLaunch ? [] : NEXT[journey.status];
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t("status.menu")}>
            <Ellipsis size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {turns.map((turn) => {
            const Icon = ICONS[turn];
            return (
              <Menu.Item key={turn} leftSection={<Icon size={14} aria-hidden="true" />} onClick={() => setTurning(turn)}>
                {t(`status.turn.${turn}`)}
              </Menu.Item>
            );
          })}
          {turns.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<StickyNote size={14} aria-hidden="true" />} onClick={() => setOpened("notes")}>
            {t("notes.open")}
          </Menu.Item>
          {mayEdit && (
            <Menu.Item leftSection={<Link2 size={14} aria-hidden="true" />} onClick={() => setOpened("testLink")}>
              {t("testLink.open")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Download size={14} aria-hidden="true" />} onClick={() => saveAsFile(journey)}>
            {t("journeys.export")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {opened === "notes" && <NotesDialog journey={journey} onClose={() => setOpened(null)} />}
      {opened === "testLink" && <TestLinkDialog journeyId={journey.id} onClose={() => setOpened(null)} />}
      {turning !== null && <TurnDialog journey={journey} turn={turning} onClose={() => setTurning(null)} />}
    </>
  );
}

function TurnDialog({ journey, turn, onClose }: { journey: Journey; turn: Turn; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const change = useMutation({
    mutationFn: () =>
      read(
        api.POST("/v1/journeys/{journey_id}/status", {
          params: { path: { journey_id: journey.id } },
          body: { status: turn, ...(reason !== "" && { reason }) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["journeys"] });
      onClose();
    },
  });
  const problem = change.isError ? Problem.of(change.error) : null;
  return (
    <Modal opened onClose={onClose} title={t(`status.turn.${turn}`)} centered>
      <p style={{ marginTop: 0 }}>{t(`status.detail.${turn}`)}</p>
      <TextInput
        label={t("status.reason")}
        value={reason}
        error={problem && `${problem.title} ${problem.detail}`}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      <Group justify="flex-end" gap={8} mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button color={turn === "ended" ? "red.9" : undefined} loading={change.isPending} onClick={() => change.mutate()}>
          {t(`status.turn.${turn}`)}
        </Button>
      </Group>
    </Modal>
  );
}
