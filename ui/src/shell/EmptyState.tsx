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
  /** How high its title stands: 1 where it is all that the page has. */
  heading?: "h1" | "h2";
}

export function EmptyState({ icon: Icon, title, detail, children, heading: Heading = "h2" }: Props) {
  return (
    <div className={styles.state}>
      <span className={styles.icon} data-tone="accent">
        <Icon size={20} aria-hidden="true" />
      </span>
      <Heading>{title}</Heading>
      <p>{detail}</p>
      {children}
    </div>
  );
}
