/** Copying, renaming, tagging or archiving a journey of the list: what it needs to know, and doing it. */
import { Button, Group, Modal, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { JourneyRow } from "../client/types";
import { t } from "../texts/texts";
import { tagsQuery } from "./queries";

export type Doing = "duplicate" | "rename" | "tags" | "archive";

interface Props {
  journey: JourneyRow;
  doing: Doing;
  onClose: () => void;
}

export function RowDialog({ journey, doing, onClose }: Props) {
  const queries = useQueryClient();
  const known = useQuery(tagsQuery);
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
        <Button color={doing === "archive" ? "red.9" : undefined} loading={perform.isPending} onClick={() => perform.mutate()}>
          {t(`journeys.do.${doing}`)}
        </Button>
      </Group>
    </Modal>
  );
}
