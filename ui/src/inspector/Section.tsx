/** A named part of a form. */
import type { ReactNode } from "react";

import styles from "./Inspector.module.css";

interface Props {
  title: string;
  hint?: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, hint, aside, children }: Props) {
  return (
    <section className={styles.section}>
      <header>
        <h3>{title}</h3>
        {aside}
      </header>
      {hint !== undefined && <p>{hint}</p>}
      {children}
    </section>
  );
}
