/** Copying, renaming, tagging, giving away or archiving a journey of the list: what it needs to know, and doing it. */
import { Button, Group, Modal, Select, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { JourneyRow } from "../client/types";
import { t } from "../texts/texts";
import { colleaguesQuery, tagsQuery } from "./queries";

export type Doing = "duplicate" | "rename" | "tags" | "owner" | "archive";

interface Props {
  journey: JourneyRow;
  doing: Doing;
  onClose: () => void;
}

export function RowDialog({ journey, doing, onClose }: Props) {
  const queries = useQueryClient();
  const known = useQuery(tagsQuery);
  const colleagues = useQuery({ ...colleaguesQuery, enabled: doing === "owner" });
  const [first, ...namesakes] = colleagues.data?.items.filter((one) => one.name === journey.owner) ?? [];
  /** Whom she chose, null for nobody; until she does, whose journey it is, where the name can mean one only. */
  const [chosen, setChosen] = useState<string | null>();
  const present = namesakes.length === 0 ? (first?.id ?? null) : null;
  const owner = chosen === undefined ? present : chosen;
  const [name, setName] = useState(doing === "duplicate" ? t("journeys.copyOf", { journey: journey.name }) : journey.name);
  const [tags, setTags] = useState([...journey.tags]);
  const perform = useMutation({
    mutationFn: (): Promise<unknown> => {
      const params = { path: { journey_id: journey.id } };
      switch (doing) {
        case "duplicate":
          return read(api.POST("/v1/journeys/{journey_id}/duplicate", { params, body: { name } }));
        case "rename":
          return read(api.PATCH("/v1/journeys/{journey_id}", { params, body: { name } }));
        case "tags":
          return read(api.PATCH("/v1/journeys/{journey_id}", { params, body: { tags } }));
        case "owner":
          return read(api.PATCH("/v1/journeys/{journey_id}", { params, body: { owner } }));
        case "archive":
          return read(api.DELETE("/v1/journeys/{journey_id}", { params }));
      }
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["journeys"], exact: true });
      await queries.invalidateQueries({ queryKey: ["tags"] });
      onClose();
    },
  });
  const problem = perform.isError ? Problem.of(perform.error) : null;
  const error = problem && (problem.detail || problem.title);
  return (
    <Modal opened onClose={onClose} title={t(`journeys.do.${doing}`)} centered>
      {(doing === "duplicate" || doing === "rename") && (
        <TextInput data-autofocus label={t("gallery.name")} value={name} maxLength={120} error={error} onChange={(event) => setName(event.currentTarget.value)} />
      )}
      {doing === "tags" && (
        <TagsInput
          data-autofocus
          label={t("journeys.tags")}
          description={t("journeys.tagsHint")}
          value={tags}
          data={known.data?.items.map((tag) => tag.name) ?? []}
          error={error}
          onChange={setTags}
        />
      )}
      {doing === "owner" && (
        <Select
          data-autofocus
          label={t("journeys.do.owner")}
          placeholder={chosen === undefined ? (journey.owner ?? t("journeys.nobody")) : t("journeys.nobody")}
          value={owner}
          data={(colleagues.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
          clearable
          searchable
          error={error ?? (colleagues.isError ? Problem.of(colleagues.error).detail : undefined)}
          onChange={setChosen}
        />
      )}
      {doing === "archive" && (
        <>
          <p style={{ margin: 0 }}>{t("journeys.archiveDetail", { journey: journey.name })}</p>
          {error !== null && <p role="alert">{error}</p>}
        </>
      )}
      <Group justify="flex-end" gap={8} mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button color={doing === "archive" ? "red.9" : undefined} disabled={doing === "owner" && chosen === undefined} loading={perform.isPending} onClick={() => perform.mutate()}>
          {t(`journeys.do.${doing}`)}
        </Button>
      </Group>
    </Modal>
  );
}
