/** An older version becomes the draft again, after its author has agreed to lose what the draft holds now. */
import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { forgetDraft } from "../editor/keptDraft";
import { t } from "../texts/texts";
import styles from "./dialogs.module.css";
import { draftQuery } from "./queries";

interface Props {
  journeyId: string;
  version: number;
  onClose: () => void;
}

export function RestoreDialog({ journeyId, version, onClose }: Props) {
  const queries = useQueryClient();
  const [, setSearch] = useSearchParams();
  const restore = useMutation({
    mutationFn: () => read(api.POST("/v1/journeys/{journey_id}/restore", { params: { path: { journey_id: journeyId } }, body: { version } })),
    onSuccess: () => {
      forgetDraft(journeyId);
      queries.removeQueries({ queryKey: draftQuery(journeyId).queryKey });
      setSearch({ version: "draft" });
      onClose();
    },
  });
  const problem = restore.isError ? Problem.of(restore.error) : null;
  return (
    <Modal opened onClose={onClose} title={t("restore.title", { number: version })} centered>
      <p className={styles.detail}>{t("restore.detail", { number: version })}</p>
      {problem !== null && (
        <p role="alert">
          {problem.title} {problem.detail}
        </p>
      )}
      <div className={styles.acts}>
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button loading={restore.isPending} onClick={() => restore.mutate()}>
          {t("restore.confirm")}
        </Button>
      </div>
    </Modal>
  );
}
