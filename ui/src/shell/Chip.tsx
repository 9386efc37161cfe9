/** A small label whose colour says how good the news is. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import type { Tone } from "../client/types";
import styles from "./Chip.module.css";

interface Props {
  tone?: Tone | "accent";
  icon?: LucideIcon;
  /** Said on hover, for what the word alone does not say. */
  title?: string | undefined;
  /** A dot before the word; lit means that it is going on right now. */
  dot?: "lit" | "still";
  children: ReactNode;
}

export function Chip({ tone = "neutral", icon: Icon, title, dot, children }: Props) {
  return (
    <span className={styles.chip} data-tone={tone} title={title}>
      {dot !== undefined && <span className={styles.dot} data-lit={dot === "lit" || undefined} aria-hidden="true" />}
      {Icon !== undefined && <Icon size={12} strokeWidth={2.2} aria-hidden="true" />}
      {children}
    </span>
  );
}
