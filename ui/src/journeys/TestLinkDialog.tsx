/** The link by which testers put themselves on the journey's list. */
import { Button, CopyButton, Modal, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Check, Copy } from "lucide-react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import styles from "./dialogs.module.css";

export function TestLinkDialog({ journeyId, onClose }: { journeyId: string; onClose: () => void }) {
  const link = useQuery({
    queryKey: ["journeys", journeyId, "test-link"],
    queryFn: () => read(api.GET("/v1/journeys/{journey_id}/test-link", { params: { path: { journey_id: journeyId } } })),
  });
  return (
    <Modal opened onClose={onClose} title={t("testLink.title")} centered>
      <p className={styles.detail}>{t("testLink.detail")}</p>
      {link.isPending && <Skeleton height={36} />}
      {link.isError && <ProblemState problem={Problem.of(link.error)} onRetry={() => void link.refetch()} />}
      {link.data !== undefined && (
        <div className={styles.copy}>
          <TextInput aria-label={t("testLink.label")} value={link.data.url} readOnly onFocus={(event) => event.currentTarget.select()} />
          <CopyButton value={link.data.url}>
            {({ copied, copy }) => (
              <Button variant="default" leftSection={copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />} onClick={copy}>
                {t(copied ? "testLink.copied" : "testLink.copy")}
              </Button>
            )}
          </CopyButton>
        </div>
      )}
    </Modal>
  );
}
