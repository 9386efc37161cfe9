/** Two people edited one draft: who saved when, what differs, and whose state goes on. */
import { Button, Group, Modal } from "@mantine/core";

import { DifferenceList } from "../launch/DifferenceList";
import { Moment } from "../shell/Moment";
import { t } from "../texts/texts";
import type { Autosave } from "./autosave";
import { differences } from "./differences";
import { useDocument } from "./store";
import styles from "./ConflictDialog.module.css";

export function ConflictDialog({ autosave }: { autosave: Autosave }) {
  const mine = useDocument();
  const { state } = autosave;
  if (state.kind !== "conflict") return null;
  const { conflict } = state;
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={t("conflict.title")} size="lg" centered>
      <p className={styles.words}>
        {t("conflict.who", { who: conflict.savedBy ?? t("conflict.somebody") })} <Moment at={conflict.savedAt} />. {t("conflict.what")}
      </p>
      <div className={styles.list}>
        <DifferenceList differences={differences(conflict.document, mine)} document={mine} before={conflict.document} />
      </div>
      <Group justify="flex-end" gap={8} mt="lg">
        <Button variant="default" onClick={autosave.takeTheirs}>
          {t("conflict.theirs")}
        </Button>
        <Button onClick={autosave.keepMine}>{t("conflict.mine")}</Button>
      </Group>
      <p className={styles.hint}>{t("conflict.hint")}</p>
    </Modal>
  );
}
