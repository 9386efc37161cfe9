/** While a page is fetched: quiet, and said to screen readers. */
import { Loader } from "@mantine/core";

import { t } from "../texts/texts";
import styles from "./states.module.css";

export function PageLoading() {
  return (
    <div className={styles.loading} role="status">
      <Loader type="dots" size="sm" aria-hidden="true" />
      <span className="sr-only">{t("state.loading")}</span>
    </div>
  );
}
