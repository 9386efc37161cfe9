/** The left rail; a bar of icons on narrow screens, a tab bar at the bottom on a phone. */
import { type LucideIcon, Search, Store } from "lucide-react";
import type { ReactNode } from "react";
import { NavLink } from "react-router";

import type { Session } from "../client/types";
import { t } from "../texts/texts";
import { KillSwitchButton } from "./KillSwitch";
import { Logo } from "./Logo";
import styles from "./Navigation.module.css";
import { PAGES } from "./pages";
import { SchemeToggle } from "./SchemeToggle";
import { UserMenu } from "./UserMenu";

export function Navigation({ session: { staff, permissions, has_shop }, onSearch }: { session: Session; onSearch: () => void }) {
  return (
    <nav className={styles.rail} aria-label={t("shell.navigation")}>
      <div className={styles.brand}>
        <span className={styles.mark}>
          <Logo size={26} />
        </span>
        <span className={styles.words}>
          <strong>Waitline</strong>
          <small>{globalThis.location.host}</small>
        </span>
      </div>

      <button type="button" className={styles.search} onClick={onSearch}>
        <Search size={16} aria-hidden="true" />
        <span className={styles.words}>{t("shell.search")}</span>
        <kbd>{isMac() ? "⌘K" : "Ctrl K"}</kbd>
      </button>

      <ul className={styles.pages}>
        {PAGES.filter(({ needs }) => permissions.includes(needs)).map(({ to, name, icon }) => (
          <li key={to}>
            <NavLink to={to} className={styles.link}>
              <Label icon={icon}>{t(`shell.${name}`)}</Label>
            </NavLink>
          </li>
        ))}
        {has_shop && (
          <li className={styles.apart}>
            <a href="/shop" className={styles.link}>
              <Label icon={Store}>{t("shell.shop")}</Label>
            </a>
          </li>
        )}
      </ul>

      <div className={styles.foot}>
        <UserMenu staff={staff} />
        <SchemeToggle />
        <KillSwitchButton />
      </div>
    </nav>
  );
}

function Label({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <>
      <Icon size={17} strokeWidth={1.8} aria-hidden="true" />
      <span className={styles.words}>{children}</span>
    </>
  );
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(globalThis.navigator.userAgent);
}
