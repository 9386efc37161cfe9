/** One source: what it is, how it is doing, and on demand how to connect it and how its imports went. */
import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";

import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import { nameOf, t } from "../texts/texts";
import { countWords } from "../texts/words";
import { Connection } from "./Connection";
import { Imports } from "./Imports";
import type { Source } from "./queries";
import styles from "./SourceCard.module.css";
import { StoreLinks } from "./StoreLinks";
import { Terms } from "./Terms";

export function SourceCard({ source }: { source: Source }) {
  const [isOpen, setOpen] = useState(false);
  const details = useId();
  return (
    <article>
      <header className={styles.head}>
        <span className={styles.mark} aria-hidden="true">
          {source.name.charAt(0).toUpperCase()}
        </span>
        <div className={styles.name}>
          <h2>{source.name}</h2>
          <p>
            <span>{nameOf("source_kind", source.kind)}</span>
            {source.variants > 0 && <span>{t("sources.variants", { count: source.variants, number: countWords(source.variants) })}</span>}
            {source.currency !== null && <span>{source.currency}</span>}
            {source.feed !== null && <span>{t("sources.every", { count: source.feed.every_minutes })}</span>}
          </p>
        </div>
        <div className={styles.health}>
          {source.open_dead_letters > 0 && (
            <Chip tone="bad">{t("sources.letters", { count: source.open_dead_letters, number: countWords(source.open_dead_letters) })}</Chip>
          )}
          <Health source={source} />
        </div>
        <button type="button" className={styles.toggle} aria-expanded={isOpen} aria-controls={details} onClick={() => setOpen(!isOpen)}>
          <span>{t("sources.details")}</span>
          <ChevronDown size={15} aria-hidden="true" />
        </button>
      </header>
      {isOpen && (
        <div id={details} className={styles.details}>
          <Connection source={source} />
          <Terms source={source} />
          <StoreLinks source={source} />
          {source.feed !== null && <Imports source={source} />}
        </div>
      )}
    </article>
  );
}

function Health({ source }: { source: Source }) {
  if (source.last_seen_at === null) return <Chip tone={source.is_stale ? "bad" : "neutral"}>{t("sources.never")}</Chip>;
  return (
    <>
      <span className={styles.seen}>
        <Moment at={source.last_seen_at} />
      </span>
      <Chip tone={source.is_stale ? "warn" : "good"} dot={source.is_stale ? "still" : "lit"}>
        {source.is_stale ? t("sources.stale") : t("sources.fresh")}
      </Chip>
    </>
  );
}
