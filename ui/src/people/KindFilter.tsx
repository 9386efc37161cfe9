/** One kind of row, or all. */
import type { TimelineKind } from "../client/types";
import { t } from "../texts/texts";
import { KIND_ICONS, KINDS } from "./kinds";
import styles from "./KindFilter.module.css";

interface Props {
  kind: TimelineKind | null;
  onKind: (kind: TimelineKind | null) => void;
}

export function KindFilter({ kind, onKind }: Props) {
  return (
    <div className={styles.filter} role="group" aria-label={t("timeline.filter")}>
      <button type="button" aria-pressed={kind === null} onClick={() => onKind(null)}>
        {t("timeline.all")}
      </button>
      {KINDS.map((one) => {
        const Icon = KIND_ICONS[one];
        return (
          <button key={one} type="button" aria-pressed={kind === one} onClick={() => onKind(kind === one ? null : one)}>
            <Icon size={13} aria-hidden="true" />
            {t(`names.kind.${one}`)}
          </button>
        );
      })}
    </div>
  );
}
