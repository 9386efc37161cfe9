/** The keys that machines come in with: made once, seen when last used, taken back. */
import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";

import { Problem } from "../client/problem";
import dialogs from "../journeys/dialogs.module.css";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import page from "../shell/page.module.css";
import { nameOf, t } from "../texts/texts";
import { type ApiKey, keysQuery, makeKey, revokeKey, type Scope, SCOPES } from "./queries";
import type { Shown } from "./SecretDialog";
import styles from "./Team.module.css";

export function ApiKeys({ onShow }: { onShow: (shown: Shown) => void }) {
  const keys = useQuery(keysQuery);
  const [isMaking, setIsMaking] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey | null>(null);
  return (
    <section className={styles.section} aria-labelledby="keys">
      <header>
        <div>
          <h2 id="keys">{t("team.keys.title")}</h2>
          <p>{t("team.keys.detail")}</p>
        </div>
        <Button variant="default" leftSection={<Plus size={15} aria-hidden="true" />} onClick={() => setIsMaking(true)}>
          {t("team.keys.add")}
        </Button>
      </header>
      <div className={page.card}>
        {keys.data?.items.length === 0 && <p className={styles.empty}>{t("team.keys.empty")}</p>}
        <ul className={styles.rows}>
          {keys.data?.items.map((key) => (
            <KeyRow key={key.id} apiKey={key} onLeave={() => setLeaving(key)} />
          ))}
        </ul>
      </div>
      {isMaking && <NewKeyDialog onClose={() => setIsMaking(false)} onShow={onShow} />}
      {leaving !== null && <RevokeDialog apiKey={leaving} onClose={() => setLeaving(null)} />}
    </section>
  );
}

function KeyRow({ apiKey: key, onLeave }: { apiKey: ApiKey; onLeave: () => void }) {
  return (
    <li className={styles.row} data-closed={key.revoked_at !== null || undefined}>
      <div className={styles.who}>
        <b>{key.name}</b>
        {key.shown !== null && <small className="mono">{key.shown}</small>}
      </div>
      <div className={styles.ways}>
        <Chip tone={key.scope === "admin" ? "warn" : "neutral"} title={nameOf("scope_opens", key.scope)}>
          {nameOf("scope", key.scope)}
        </Chip>
        <small>
          {key.last_used_at === null ? (
            t("team.keys.never")
          ) : (
            <>
              {t("team.keys.used")} <Moment at={key.last_used_at} />
            </>
          )}
        </small>
      </div>
      {key.revoked_at === null ? (
        <Button variant="default" size="xs" onClick={onLeave}>
          {t("team.keys.revoke")}
        </Button>
      ) : (
        <small>
          {t("team.keys.revoked")} <Moment at={key.revoked_at} />
        </small>
      )}
    </li>
  );
}

function NewKeyDialog({ onClose, onShow }: { onClose: () => void; onShow: (shown: Shown) => void }) {
  const make = useMutation(makeKey);
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Scope>("server");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(
      { name: name.trim(), scope },
      {
        onSuccess: ({ key, plaintext }) => {
          onClose();
          const detail = t(key.scope === "write" ? "team.keys.madePublic" : "team.keys.madeDetail");
          onShow({ title: t("team.keys.made", { name: key.name }), detail, label: t("team.keys.label"), secret: plaintext });
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t("team.keys.add")} centered closeButtonProps={{ "aria-label": t("dialog.close") }}>
      <form onSubmit={submit}>
        <TextInput required label={t("team.keys.name")} maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Radio.Group mt="md" label={t("team.keys.scope")} value={scope} onChange={(value) => setScope(SCOPES.find((one) => one === value) ?? scope)}>
          <Stack gap={8} mt={6}>
            {SCOPES.map((one) => (
              <Radio key={one} value={one} label={nameOf("scope", one)} description={nameOf("scope_opens", one)} />
            ))}
          </Stack>
        </Radio.Group>
        {make.isError && (
          <p role="alert" className={styles.problem}>
            {Problem.of(make.error).detail}
          </p>
        )}
        <Group justify="flex-end" gap={8} mt="lg">
          <Button variant="default" onClick={onClose}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t("team.keys.make")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useMutation(revokeKey);
  return (
    <Modal opened onClose={onClose} title={t("team.keys.revokeTitle", { name: apiKey.name })} centered>
      <p className={dialogs.detail}>{t("team.keys.revokeDetail")}</p>
      {revoke.isError && <p role="alert">{Problem.of(revoke.error).detail}</p>}
      <div className={dialogs.acts}>
        <Button variant="default" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button color="red.9" loading={revoke.isPending} onClick={() => revoke.mutate(apiKey.id, { onSuccess: onClose })}>
          {t("team.keys.revoke")}
        </Button>
      </div>
    </Modal>
  );
}
