/** Beginning a journey: from nothing, from a template, or from a file. */
import { Button, FileButton, Group, Modal, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp, Plus } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { Template } from "../client/types";
import { t } from "../texts/texts";
import { ChannelIcons } from "./ChannelIcons";
import { documentInFile, isOfThisVersion } from "./importing";
import styles from "./Gallery.module.css";
import { templatesQuery } from "./queries";
import { TemplatePicture } from "./TemplatePicture";

/** What a journey begins from. */
interface Beginning {
  name: string;
  template?: string;
  document?: Record<string, unknown>;
}

export function NewJourney({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const templates = useQuery(templatesQuery);
  const [name, setName] = useState("");
  const [refused, setRefused] = useState<"notRead" | "otherVersion" | null>(null);

  const create = useMutation({
    mutationFn: ({ name: wish, template, document }: Beginning) =>
      read(api.POST("/v1/journeys", { body: { name: wish, ...(template !== undefined && { template }), ...(document !== undefined && { document }) } })),
    onSuccess: (journey) => {
      void queries.invalidateQueries({ queryKey: ["journeys"], exact: true });
      onClose();
      void navigate(`/journeys/${encodeURIComponent(journey.id)}`);
    },
  });
  const problem = create.isError ? Problem.of(create.error) : null;
  const error = refused ? t(`gallery.${refused}`) : problem && (problem.detail || problem.title);

  const take = async (file: File | null) => {
    if (file === null) return;
    const document = await documentInFile(file);
    const reason = document === null ? "notRead" : isOfThisVersion(document) ? null : "otherVersion";
    setRefused(reason);
    if (document !== null && reason === null) create.mutate({ name: name.trim() || String(document["name"] ?? file.name.replace(/\.json$/, "")), document });
  };
  const begin = (template?: Template) =>
    create.mutate({ name: name.trim() || (template?.name ?? t("gallery.untitled")), ...(template !== undefined && { template: template.id }) });

  return (
    <Modal opened onClose={onClose} size={920} title={t("gallery.title")} centered>
      <Group align="flex-end" gap={8} mb="lg" wrap="nowrap">
        <TextInput
          data-autofocus
          flex={1}
          label={t("gallery.name")}
          placeholder={t("gallery.untitled")}
          value={name}
          maxLength={120}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && begin()}
        />
        <Button leftSection={<Plus size={15} aria-hidden="true" />} loading={create.isPending} onClick={() => begin()}>
          {t("gallery.empty")}
        </Button>
        <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<FileUp size={15} aria-hidden="true" />}>
              {t("gallery.import")}
            </Button>
          )}
        </FileButton>
      </Group>
      <h3 className={styles.heading}>{t("gallery.templates")}</h3>
      {templates.data === undefined ? (
        <Skeleton height={260} />
      ) : (
        <div className={styles.gallery}>
          {templates.data.items.map((template) => (
            <button key={template.id} type="button" className={styles.template} disabled={create.isPending} onClick={() => begin(template)}>
              <TemplatePicture document={template.document} />
              <b>{template.name}</b>
              <span>{template.description}</span>
              <ChannelIcons channels={template.channels} />
            </button>
          ))}
        </div>
      )}
    </Modal>
  );
}
