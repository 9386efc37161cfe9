/** What can be done with a journey of the list: copy, export, name its tags, put it away. */
import { ActionIcon, Button, Group, Menu, Modal, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Archive, CopyPlus, Download, Ellipsis, Pencil, Tags } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { JourneyRow } from "../client/types";
import { useMay } from "../shell/may";
import { t } from "../texts/texts";
import { saveAsFile } from "./exporting";
import styles from "./JourneysPage.module.css";
import { journeyQuery, tagsQuery } from "./queries";

type Doing = "duplicate" | "rename" | "tags" | "archive";
const ACTS = ["rename", "tags", "duplicate", "archive"] as const;
const ICONS = { rename: Pencil, tags: Tags, duplicate: CopyPlus, archive: Archive } as const;

export function RowMenu({ journey }: { journey: JourneyRow }) {
  const queries = useQueryClient();
  const mayEdit = useMay("edit_journeys");
  const [doing, setDoing] = useState<Doing | null>(null);
  const save = async () => saveAsFile(await queries.fetchQuery(journeyQuery(journey.id)));
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" className={styles.menu ?? ""} aria-label={t("journeys.menu", { journey: journey.name })}>
            <Ellipsis size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {ACTS.filter(() => mayEdit).map((one) => {
            const Icon = ICONS[one];
            return (
              <Menu.Item key={one} leftSection={<Icon size={14} aria-hidden="true" />} onClick={() => setDoing(one)}>
                {t(`journeys.do.${one}`)}
              </Menu.Item>
            );
          })}
          <Menu.Item leftSection={<Download size={14} aria-hidden="true" />} onClick={() => void save()}>
            {t("journeys.export")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {doing !== null && <DoDialog journey={journey} doing={doing} onClose={() => setDoing(null)} />}
    </>
  );
}

interface DoProps {
  journey: JourneyRow;
  doing: Doing;
  onClose: () => void;
}

function DoDialog({ journey, doing, onClose }: DoProps) {
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
          <p>{t("journeys.archiveDetail", { journey: journey.name })}</p>
          {error !== null && <p role="alert">{error}</p>}
        </>
      )}
      <Group justify="flex-end" gap={8} mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button color={doing === "archive" ? "red" : undefined} loading={perform.isPending} onClick={() => perform.mutate()}>
          {t(`journeys.do.${doing}`)}
        </Button>
      </Group>
    </Modal>
  );
}
