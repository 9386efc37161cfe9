/** Taking somebody in: name, address, role; then the link to give to her. */
import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { Problem } from "../client/problem";
import { nameOf, t } from "../texts/texts";
import { addMember, type Role, ROLES } from "./queries";
import { linkFor, type Shown } from "./SecretDialog";
import styles from "./Team.module.css";

export function NewMemberDialog({ onClose, onShow }: { onClose: () => void; onShow: (shown: Shown) => void }) {
  const add = useMutation(addMember);
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("marketer");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      { name: name.trim(), email: email.trim(), role },
      {
        onSuccess: ({ member, link }) => {
          onClose();
          onShow(linkFor(member.name, link));
        },
      },
    );
  };
  const problem = add.isError ? Problem.of(add.error) : null;
  return (
    <Modal opened onClose={onClose} title={t("team.new")} centered closeButtonProps={{ "aria-label": t("dialog.close") }}>
      <form onSubmit={submit}>
        <TextInput required label={t("team.name")} maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <TextInput mt="sm" required type="email" label={t("team.email")} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <Radio.Group mt="md" label={t("team.role")} value={role} onChange={(value) => setRole(ROLES.find((one) => one === value) ?? role)}>
          <Stack gap={8} mt={6}>
            {ROLES.map((one) => (
              <Radio key={one} value={one} label={nameOf("role", one)} description={nameOf("role_is_for", one)} />
            ))}
          </Stack>
        </Radio.Group>
        {problem !== null && (
          <p role="alert" className={styles.problem}>
            {problem.errors[0]?.detail ?? problem.detail}
          </p>
        )}
        <Group justify="flex-end" gap={8} mt="lg">
          <Button variant="default" onClick={onClose}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t("team.take")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
