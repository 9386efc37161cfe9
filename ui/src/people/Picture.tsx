/** Her initials on a calm colour that stays hers; an outline for a stranger. */
import { UserRound } from "lucide-react";

import { initials } from "./identity";
import styles from "./Picture.module.css";

const HUES = 6;

interface Props {
  profile: { id: string; name: string | null; email: string | null };
  size?: "md" | "lg";
}

export function Picture({ profile, size = "md" }: Props) {
  const letters = initials(profile);
  return (
    <span className={styles.picture} data-size={size} data-hue={hueOf(profile.id)} aria-hidden="true">
      {letters === "" ? <UserRound size={size === "lg" ? 22 : 17} strokeWidth={1.8} /> : letters}
    </span>
  );
}

function hueOf(id: string): number {
  return [...id].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % HUES;
}
