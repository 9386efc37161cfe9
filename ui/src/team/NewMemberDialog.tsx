/** Taking somebody in: name, address, role; then the link to give to her. */
import { Radio, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { nameOf, t } from "../texts/texts";
import { MemberDialog } from "./MemberDialog";
import { addMember, type Role, ROLES } from "./queries";
import { linkFor, type Shown } from "./SecretDialog";

export function NewMemberDialog({ onClose, onShow }: { onClose: () => void; onShow: (shown: Shown) => void }) {
  const add = useMutation(addMember);
  const [role, setRole] = useState<Role>("marketer");
  return (
    <MemberDialog
      title={t("team.new")}
      submit={t("team.take")}
      isPending={add.isPending}
      error={add.error}
      onSubmit={(member) =>
        add.mutate(
          { ...member, role },
          {
            onSuccess: ({ member: { name }, link }) => {
              onClose();
              onShow(linkFor(name, link));
            },
          },
        )
      }
      onClose={onClose}
    >
      <Radio.Group mt="md" label={t("team.role")} value={role} onChange={(value) => setRole(ROLES.find((one) => one === value) ?? role)}>
        <Stack gap={8} mt={6}>
          {ROLES.map((one) => (
            <Radio key={one} value={one} label={nameOf("role", one)} description={nameOf("role_is_for", one)} />
          ))}
        </Stack>
      </Radio.Group>
    </MemberDialog>
  );
}
