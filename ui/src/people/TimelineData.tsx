/** What was recorded with a row, for who wants to know exactly: opened on demand. */
import { t } from "../texts/texts";
import styles from "./Timeline.module.css";

interface Props {
  data: Readonly<Record<string, unknown>>;
  links: Readonly<Record<string, string>>;
}

export function TimelineData({ data, links }: Props) {
  const facts = Object.entries(data).filter(([, value]) => value !== null && value !== "");
  const ways = Object.entries(links).filter(([, address]) => isSafe(address));
  if (facts.length + ways.length === 0) return null;
  return (
    <details className={styles.data}>
      <summary>{t("timeline.details")}</summary>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
        {ways.map(([name, address]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <a href={address} rel="noreferrer">
                {address}
              </a>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Addresses come from events of strangers: only pages of ours and the web, never a script. */
function isSafe(address: string): boolean {
  try {
    return ["http:", "https:"].includes(new URL(address, globalThis.location.origin).protocol);
  } catch {
    return false;
  }
}
