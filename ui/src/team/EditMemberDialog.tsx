/** A member's name and address; the first admin has none until somebody enters it here. */
import { useMutation } from "@tanstack/react-query";

import { t } from "../texts/texts";
import { MemberDialog } from "./MemberDialog";
import { changeMember, type Member } from "./queries";

export function EditMemberDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const change = useMutation(changeMember);
  return (
    <MemberDialog
      title={t("team.edit")}
      submit={t("team.save")}
      name={member.name}
      email={member.email}
      isPending={change.isPending}
      error={change.error}
      onSubmit={({ name, email }) => change.mutate({ id: member.id, name, ...(email !== "" && { email }) }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
