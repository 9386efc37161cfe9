/** The bar over a canvas: where we are, how the journey stands, its totals and versions. */
import { ChevronRight } from "lucide-react";
import { Link } from "react-router";

import type { Journey, JourneyCounts } from "../client/types";
import { Chip } from "../shell/Chip";
import { PageTitle } from "../shell/PageTitle";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import { DaysPicker } from "./DaysPicker";
import styles from "./JourneyBar.module.css";
import { ModeSwitch } from "./ModeSwitch";
import { StaleInventory } from "./StaleInventory";
import { StatusChip } from "./StatusChip";
import { StatusMenu } from "./StatusMenu";
import { VersionPicker } from "./VersionPicker";

interface Props {
  journey: Journey;
  counts: JourneyCounts | undefined;
  isLive: boolean;
  /** The version on the canvas, null for the draft. */
  shown: number | null;
  onShow: (version: number | null) => void;
}

export function JourneyBar({ journey, counts, isLive, shown, onShow }: Props) {
  return (
    <header className={styles.bar}>
      <PageTitle>{journey.name}</PageTitle>
      <nav className={styles.path} aria-label={t("shell.path")}>
        <Link to="/journeys">{t("journeys.title")}</Link>
        <ChevronRight size={14} aria-hidden="true" />
        <h1>{journey.name}</h1>
      </nav>
      <StatusChip status={journey.status} />
      <StaleInventory journeyId={journey.id} />
      {counts !== undefined && (
        <dl className={styles.totals}>
          <Total name={t("counts.active")} count={counts.enrollments.active} />
          <Total name={t("counts.ended")} count={counts.enrollments.ended} />
        </dl>
      )}
      <div className={styles.right}>
        {isLive && (
          <Chip tone="good" dot="lit" title={t("canvas.liveTitle")}>
            {t("canvas.live")}
          </Chip>
        )}
        {shown !== null && <DaysPicker />}
        <ModeSwitch journey={journey} shown={shown} />
        <VersionPicker journeyId={journey.id} versions={journey.versions} live={journey.version} shown={shown} onShow={onShow} />
        <StatusMenu journey={journey} />
      </div>
    </header>
  );
}

function Total({ name, count }: { name: string; count: number }) {
  return (
    <div>
      <dd>{countWords(count)}</dd>
      <dt>{name}</dt>
    </div>
  );
}
