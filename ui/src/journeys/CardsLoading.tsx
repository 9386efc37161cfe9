/** The place of a canvas whose journey is still on its way. */
import { Skeleton } from "@mantine/core";

import { t } from "../texts/texts";
import styles from "./JourneyPage.module.css";

export function CardsLoading() {
  return (
    <div className={styles.loading} role="status" aria-label={t("state.loading")}>
      {["first", "second", "third"].map((card) => (
        <Skeleton key={card} width={272} height={104} radius={12} />
      ))}
    </div>
  );
}
