/** One member: who she is, how she comes in, her role, and what an admin can do about it. */
import { ActionIcon, Menu, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { DoorClosed, DoorOpen, Ellipsis, KeyRound, Link, Pencil } from "lucide-react";
import { useState } from "react";

import { Problem } from "../client/problem";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { useSession } from "../shell/session";
import { nameOf, t } from "../texts/texts";
import { EditMemberDialog } from "./EditMemberDialog";
import { changeMember, makeLink, type Member, ROLES } from "./queries";
import { linkFor, type Shown } from "./SecretDialog";
import styles from "./Team.module.css";

export function MemberRow({ member, onShow }: { member: Member; onShow: (shown: Shown) => void }) {
  const me = useSession().data?.staff.id;
  const change = useMutation(changeMember);
  const link = useMutation(makeLink);
  const [isEditing, setIsEditing] = useState(false);
  const isClosed = member.closed_at !== null;
  const failed = change.error ?? link.error;
  const makeFor = (forget: boolean) =>
    link.mutate({ id: member.id, forget }, { onSuccess: (made) => onShow(linkFor(member.name, made)) });
  return (
    <li className={styles.row} data-closed={isClosed || undefined}>
      <span className={styles.mark} aria-hidden="true">
        {member.name.charAt(0).toUpperCase()}
      </span>
      <div className={styles.who}>
        <b>
          {member.name} {member.id === me && <i>({t("team.you")})</i>}
        </b>
        <small>{member.email ?? t("team.noEmail")}</small>
      </div>
      <div className={styles.ways}>
        {member.has_password && <Chip>{t("team.hasPassword")}</Chip>}
        {member.has_single_sign_on && <Chip>{t("team.hasSingleSignOn")}</Chip>}
        <small>
          {member.signed_in_at === null ? (
            t("team.never")
          ) : (
            <>
              {t("team.lastSeen")} <Moment at={member.signed_in_at} />
            </>
          )}
        </small>
      </div>
      <Select
        className={styles.role ?? ""}
        size="sm"
        aria-label={t("team.roleOf", { name: member.name })}
        data={ROLES.map((role) => ({ value: role, label: nameOf("role", role) }))}
        value={member.role}
        disabled={isClosed || change.isPending}
        allowDeselect={false}
        onChange={(value) => {
          const role = ROLES.find((one) => one === value);
          if (role !== undefined) change.mutate({ id: member.id, role });
        }}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("team.acts", { name: member.name })}>
            <Ellipsis size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isClosed ? (
            <Menu.Item leftSection={<DoorOpen size={14} aria-hidden="true" />} onClick={() => change.mutate({ id: member.id, is_open: true })}>
              {t("team.open")}
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<Pencil size={14} aria-hidden="true" />} onClick={() => setIsEditing(true)}>
                {t("team.edit")}
              </Menu.Item>
              <Menu.Item leftSection={<Link size={14} aria-hidden="true" />} onClick={() => makeFor(false)}>
                {t("team.makeLink")}
              </Menu.Item>
              <Menu.Item leftSection={<KeyRound size={14} aria-hidden="true" />} onClick={() => makeFor(true)}>
                {t("team.forget")}
              </Menu.Item>
              <Menu.Item
                color="red"
                leftSection={<DoorClosed size={14} aria-hidden="true" />}
                onClick={() => change.mutate({ id: member.id, is_open: false })}
              >
                {t("team.close")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {isEditing && <EditMemberDialog member={member} onClose={() => setIsEditing(false)} />}
      {failed !== null && (
        <p role="alert" className={styles.problem}>
          {Problem.of(failed).detail}
        </p>
      )}
    </li>
  );
}
