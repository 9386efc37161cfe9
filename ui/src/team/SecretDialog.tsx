/** Something that is shown this one time: a sign-in link, or a key. */
import { Button, CopyButton, Group, Modal, TextInput } from "@mantine/core";
import { Check, Copy } from "lucide-react";

import dialogs from "../journeys/dialogs.module.css";
import { t } from "../texts/texts";
import { exactWords, viewerZone } from "../texts/times";
import type { SignInLink } from "./queries";

export interface Shown {
  title: string;
  detail: string;
  label: string;
  secret: string;
}

export function linkFor(name: string, { url, expires_at }: SignInLink): Shown {
  const until = exactWords(expires_at, viewerZone());
  return { title: t("team.link.title", { name }), detail: t("team.link.detail", { until }), label: t("team.link.label"), secret: url };
}

export function SecretDialog({ shown, onClose }: { shown: Shown; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={shown.title} centered closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("dialog.close") }}>
      <p className={dialogs.detail}>{shown.detail}</p>
      <div className={dialogs.copy}>
        <TextInput aria-label={shown.label} value={shown.secret} readOnly className="mono" onFocus={(event) => event.currentTarget.select()} />
        <CopyButton value={shown.secret}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />} onClick={copy}>
              {t(copied ? "team.copied" : "team.copy")}
            </Button>
          )}
        </CopyButton>
      </div>
      <Group justify="flex-end" mt="lg">
        <Button onClick={onClose}>{t("team.done")}</Button>
      </Group>
    </Modal>
  );
}
