/** The head of a page: its name, a line about it, and what can be done on the right. */
import type { ReactNode } from "react";

import styles from "./PageHeader.module.css";
import { PageTitle } from "./PageTitle";

export function PageHeader({ title, detail, children }: { title: string; detail: string; children?: ReactNode }) {
  return (
    <header className={styles.header}>
      <PageTitle>{title}</PageTitle>
      <div>
        <h1>{title}</h1>
        <p>{detail}</p>
      </div>
      {children}
    </header>
  );
}
