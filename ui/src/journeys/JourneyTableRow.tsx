/** One journey of the list: the whole row is its link. */
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { JourneyRow } from "../client/types";
import { Moment } from "../shell/Moment";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import { ChannelIcons } from "./ChannelIcons";
import styles from "./JourneysPage.module.css";
import { RowMenu } from "./RowMenu";
import { Sparkline } from "./Sparkline";
import { StaleInventory } from "./StaleInventory";
import { StatusChip } from "./StatusChip";

export function JourneyTableRow({ journey }: { journey: JourneyRow }) {
  const { counts } = journey;
  return (
    <tr>
      <td className={styles.name}>
        <Link to={`/journeys/${encodeURIComponent(journey.id)}`}>{journey.name}</Link>
        <span className={styles.about}>
          <ChannelIcons channels={journey.channels} />
          {journey.entry !== null && <span>{t("journeys.entry", { event: journey.entry })}</span>}
          {journey.version !== null && <span>{t("journeys.version", { number: journey.version })}</span>}
          {journey.owner !== null && <span>{t("journeys.owner", { name: journey.owner })}</span>}
          {journey.tags.map((tag) => (
            <span key={tag} className={styles.tag}>
              {tag}
            </span>
          ))}
        </span>
      </td>
      <td className={styles.status}>
        <StatusChip status={journey.status} />
        <StaleInventory journeyId={journey.id} />
      </td>
      <Count label={t("journeys.column.entered")} count={counts.entered}>
        <Sparkline days={journey.entered_by_day} />
      </Count>
      <Count label={t("journeys.column.active")} count={counts.active} isLit />
      <Count label={t("journeys.column.sent")} count={counts.sent} />
      <Count label={t("journeys.column.skipped")} count={counts.skipped} />
      <td className={styles.updated}>
        <Moment at={journey.updated_at} />
        <RowMenu journey={journey} />
      </td>
    </tr>
  );
}

interface CountProps {
  label: string;
  count: number;
  isLit?: boolean;
  children?: ReactNode;
}

function Count({ label, count, isLit = false, children }: CountProps) {
  return (
    <td className={styles.count} data-label={label} data-none={count === 0 || undefined} data-lit={(isLit && count > 0) || undefined}>
      {countWords(count)}
      {children}
    </td>
  );
}
