/** Nothing here yet: says why, and what to do about it. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./states.module.css";

interface Props {
  icon: LucideIcon;
  title: string;
  /** One or two sentences that say what fills this place. */
  detail: string;
  /** The way to do it: a button or a link. */
  children?: ReactNode;
}

export function EmptyState({ icon: Icon, title, detail, children }: Props) {
  return (
    <div className={styles.state}>
      <span className={styles.icon} data-tone="accent">
        <Icon size={20} aria-hidden="true" />
      </span>
      <h2>{title}</h2>
      <p>{detail}</p>
      {children}
    </div>
  );
}
