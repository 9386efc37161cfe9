/** Who is signed in, and what concerns nobody else: the account, the language, the way out. */
import { Menu } from "@mantine/core";
import { Check, CircleUserRound, LogOut, UserRoundCog } from "lucide-react";
import { Link } from "react-router";

import type { Session } from "../client/types";
import { language, LANGUAGES, type Language, speak } from "../texts/language";
import { nameOf, t } from "../texts/texts";
import styles from "./Navigation.module.css";
import { useSignOut } from "./session";

const CHOICES = Object.entries(LANGUAGES) as [Language, string][];

export function UserMenu({ staff }: Pick<Session, "staff">) {
  const signOut = useSignOut();
  return (
    <Menu position="top-start" width={212}>
      <Menu.Target>
        <button type="button" className={styles.person} aria-label={t("account.open", { name: staff.name })}>
          <CircleUserRound size={17} strokeWidth={1.8} aria-hidden="true" />
          <span className={styles.words}>{staff.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{nameOf("role", staff.role)}</Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<UserRoundCog size={15} aria-hidden="true" />}>
          {t("account.title")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("account.language")}</Menu.Label>
        {CHOICES.map(([code, name]) => (
          <Menu.Item
            key={code}
            aria-current={code === language || undefined}
            lang={code}
            leftSection={code === language ? <Check size={15} aria-hidden="true" /> : <span className={styles.unchecked} />}
            onClick={() => speak(code)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} aria-hidden="true" />} disabled={signOut.isPending} onClick={() => signOut.mutate()}>
          {t("shell.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
