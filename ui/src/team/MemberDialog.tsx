/** Name and address of a member, new or known; a new one is given a role, and what else there is to choose. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";

import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import styles from "./Team.module.css";

interface Props {
  title: string;
  submit: string;
  name?: string;
  /** Null where none was given so far, and none needs to be: the first admin has none. */
  email?: string | null;
  isPending: boolean;
  error: Error | null;
  onSubmit: (member: { name: string; email: string }) => void;
  onClose: () => void;
  children?: ReactNode;
}

export function MemberDialog({ title, submit, isPending, error, onSubmit, onClose, children, ...known }: Props) {
  const [name, setName] = useState(known.name ?? "");
  const [email, setEmail] = useState(known.email ?? "");
  const problem = error === null ? null : Problem.of(error);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name: name.trim(), email: email.trim() });
  };
  return (
    <Modal opened onClose={onClose} title={title} centered closeButtonProps={{ "aria-label": t("dialog.close") }}>
      <form onSubmit={send}>
        <TextInput required label={t("team.name")} maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <TextInput
          mt="sm"
          type="email"
          required={known.email !== null}
          label={t("team.email")}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {children}
        {problem !== null && (
          <p role="alert" className={styles.problem}>
            {problem.errors[0]?.detail ?? problem.detail}
          </p>
        )}
        <Group justify="flex-end" gap={8} mt="lg">
          <Button variant="default" onClick={onClose}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" loading={isPending}>
            {submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
