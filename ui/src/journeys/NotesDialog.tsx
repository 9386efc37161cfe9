/** What the people who work on a journey tell one another, with who and when. */
import { Button, Modal, Skeleton, Textarea } from "@mantine/core";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { Journey } from "../client/types";
import { Moment } from "../shell/Moment";
import { useMay } from "../shell/may";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import styles from "./dialogs.module.css";

function notesQuery(id: string) {
  return queryOptions({
    queryKey: ["journeys", id, "notes"],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}/notes", { params: { path: { journey_id: id } } })),
  });
}

export function NotesDialog({ journey, onClose }: { journey: Journey; onClose: () => void }) {
  const queries = useQueryClient();
  const notes = useQuery(notesQuery(journey.id));
  const mayWrite = useMay("write_notes");
  const [text, setText] = useState("");
  const write = useMutation({
    mutationFn: () => read(api.POST("/v1/journeys/{journey_id}/notes", { params: { path: { journey_id: journey.id } }, body: { text } })),
    onSuccess: (all) => {
      queries.setQueryData(notesQuery(journey.id).queryKey, all);
      setText("");
    },
  });
  const problem = write.isError ? Problem.of(write.error) : null;
  return (
    <Modal opened onClose={onClose} title={t("notes.title", { journey: journey.name })} centered>
      {notes.isPending && <Skeleton height={64} />}
      {notes.isError && <ProblemState problem={Problem.of(notes.error)} onRetry={() => void notes.refetch()} />}
      {notes.data?.items.length === 0 && <p className={styles.detail}>{t("notes.none")}</p>}
      {notes.data !== undefined && notes.data.items.length > 0 && (
        <ul className={styles.notes} aria-label={t("notes.list")}>
          {notes.data.items.map(({ id, text: words, author, at }) => (
            <li key={id}>
              <small>
                <b>{author}</b> <Moment at={at} />
              </small>
              <p>{words}</p>
            </li>
          ))}
        </ul>
      )}
      {mayWrite && (
        <>
          <Textarea
            label={t("notes.write")}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={4000}
            value={text}
            error={problem && `${problem.title} ${problem.detail}`}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
          <div className={styles.acts}>
            <Button disabled={text.trim() === ""} loading={write.isPending} onClick={() => write.mutate()}>
              {t("notes.add")}
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}
