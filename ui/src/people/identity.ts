/** What to call a profile, and how to reach it, in one line each. */
import type { ProfileRow } from "../client/types";
import { nameOf, t } from "../texts/texts";

interface Identity {
  id: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  external_id: string | null;
}

/** The best name there is: name, e-mail, phone, the shop's own id; else an anonymous visitor. */
export function displayName({ name, email, phone, external_id }: Identity): string {
  return name ?? email ?? phone ?? external_id ?? t("people.anonymous");
}

/** What distinguishes her beside her name. */
export function contactLine(profile: Identity): string {
  const shown = displayName(profile);
  const parts = [profile.email, profile.phone, profile.external_id].filter((part) => part !== null && part !== shown);
  return parts.length > 0 ? parts.join(" · ") : profile.id;
}

/** What of her fits a search, where it is neither her name nor in her contact line. */
export function matchLine({ match }: Pick<ProfileRow, "match">): string | null {
  if (match === null || !HIDDEN.has(match.kind)) return null;
  return match.kind === "device" ? nameOf("match", "device") : `${nameOf("match", match.kind)} ${match.text}`;
}

const HIDDEN: ReadonlySet<string> = new Set(["order", "device", "anonymous_id"]);

/** Up to two letters for her picture; none for a stranger. */
export function initials({ name, email }: Pick<Identity, "name" | "email">): string {
  const words = (name ?? email ?? "").split(/[\s.@_-]+/).filter((word) => /^\p{L}/u.test(word));
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}
