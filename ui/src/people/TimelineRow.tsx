/** One thing that happened: when, what, why, and where it belongs. */
import { ActionIcon } from "@mantine/core";
import { Link2, type LucideIcon } from "lucide-react";
import { createElement } from "react";
import { Link } from "react-router";

import type { TimelineItem } from "../client/types";
import { channelIcon } from "../nodes/channels";
import { Moment } from "../shell/Moment";
import { clockWords } from "../texts/times";
import { nameOf, t } from "../texts/texts";
import { KIND_ICONS } from "./kinds";
import { Origins } from "./Origins";
import styles from "./Timeline.module.css";
import { TimelineData } from "./TimelineData";
import { rowAnchor } from "./useDeepLink";

interface Props {
  item: TimelineItem;
  zone: string | null | undefined;
  isLinked: boolean;
}

/** What was sent shows by which channel; all else, what kind of thing it is. */
function iconOf({ kind, channel }: TimelineItem): LucideIcon {
  return kind === "send" && channel !== null ? channelIcon(channel) : KIND_ICONS[kind];
}

export function TimelineRow({ item, zone, isLinked }: Props) {
  return (
    <li id={rowAnchor(item.id)} className={styles.row} data-linked={isLinked || undefined}>
      <span className={styles.clock}>
        <Moment at={item.at} zone={zone}>
          {clockWords(item.at)}
        </Moment>
      </span>
      <span className={styles.icon} data-tone={item.tone} title={nameOf("kind", item.kind)}>
        {createElement(iconOf(item), { size: 14, strokeWidth: 2, "aria-hidden": true })}
        <span className="sr-only">{nameOf("kind", item.kind)}:</span>
      </span>
      <div className={styles.what}>
        <p>
          <strong>{item.title}</strong>
        </p>
        {item.detail !== null && item.detail !== "" && <p className={styles.detail}>{item.detail}</p>}
        <Belongs item={item} />
        <div className={styles.more}>
          <Origins links={item.links} />
          <TimelineData data={item.reason === null ? item.data : { reason: item.reason, ...item.data }} />
        </div>
      </div>
      <ActionIcon
        component={Link}
        to={{ search: linkTo(item), hash: rowAnchor(item.id) }}
        replace
        variant="subtle"
        color="gray"
        size={24}
        className={styles.anchor}
        aria-label={t("timeline.link")}
        title={t("timeline.link")}
      >
        <Link2 size={14} aria-hidden="true" />
      </ActionIcon>
    </li>
  );
}

/** What of the timeline is looked at, from this row on: however old it is, the link opens at once. */
function linkTo({ at }: TimelineItem): string {
  const search = new URLSearchParams(globalThis.location.search);
  search.set("until", at);
  return `?${search.toString()}`;
}

/** The journey's node and the variant that the row is about. */
function Belongs({ item: { journey, node, step, variant } }: { item: TimelineItem }) {
  if (journey == null && variant == null) return null;
  return (
    <p className={styles.belongs}>
      {journey != null && (
        <Link to={`/journeys/${encodeURIComponent(journey.id)}${node == null ? "" : `?node=${encodeURIComponent(node)}`}`}>
          {journey.name}
          {node != null && <span title={node}>{` › ${step ?? node}`}</span>}
        </Link>
      )}
      {variant != null && (
        <span>
          {variant.title} <span className="mono">{variant.sku}</span>
        </span>
      )}
    </p>
  );
}
