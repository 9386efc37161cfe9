/** What was recorded with a row: opened on demand. */
import { t } from "../texts/texts";
import type { Facts } from "../client/api";
import { FactList } from "./FactList";
import styles from "./TimelineData.module.css";

export function TimelineData({ data }: { data: Facts }) {
  if (Object.keys(data).length === 0) return null;
  return (
    <details className={styles.data}>
      <summary>{t("timeline.details")}</summary>
      <FactList facts={data} />
    </details>
  );
}
