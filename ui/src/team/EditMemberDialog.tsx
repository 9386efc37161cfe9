/** A member's name and address; the first admin has none until somebody enters it here. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import { changeMember, type Member } from "./queries";
import styles from "./Team.module.css";

export function EditMemberDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const change = useMutation(changeMember);
  const [name, setName] = useState(member.name);
  const [email, setEmail] = useState(member.email ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ id: member.id, name: name.trim(), ...(email.trim() !== "" && { email: email.trim() }) }, { onSuccess: onClose });
  };
  const problem = change.isError ? Problem.of(change.error) : null;
  return (
    <Modal opened onClose={onClose} title={t("team.edit")} centered closeButtonProps={{ "aria-label": t("dialog.close") }}>
      <form onSubmit={submit}>
        <TextInput required label={t("team.name")} maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <TextInput
          mt="sm"
          type="email"
          required={member.email !== null}
          label={t("team.email")}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {problem !== null && (
          <p role="alert" className={styles.problem}>
            {problem.errors[0]?.detail ?? problem.detail}
          </p>
        )}
        <Group justify="flex-end" gap={8} mt="lg">
          <Button variant="default" onClick={onClose}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t("team.save")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
