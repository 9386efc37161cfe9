/** The journey as a whole: who is inside, how the others ended, and what a reader can do here. */
import { Skeleton } from "@mantine/core";
import { MousePointerClick } from "lucide-react";

import type { ShowPeople } from "../canvas/actions";
import type { JourneyCounts } from "../client/types";
import type { JourneyDocument } from "../document/journey";
import { ShopLink } from "../shell/ShopLink";
import { nameOf, t } from "../texts/texts";
import { AskNumber } from "./AskNumber";
import styles from "./panels.module.css";
import { ShareBars } from "./ShareBars";

interface Props {
  document: JourneyDocument;
  counts: JourneyCounts | undefined;
  onAsk: ShowPeople;
}

export function OverviewPanel({ document, counts, onAsk }: Props) {
  return (
    <div className={styles.panel}>
      <header className={styles.head}>
        <h2>{t("panel.overview")}</h2>
        <p>{t("panel.steps", { count: document.graph.nodes.length })}</p>
      </header>
      <Numbers counts={counts} onAsk={onAsk} />
      <p className={styles.hint}>
        <MousePointerClick size={15} aria-hidden="true" />
        {t("panel.hint")}
      </p>
    </div>
  );
}

function Numbers({ counts, onAsk }: Pick<Props, "counts" | "onAsk">) {
  const enrollments = counts?.enrollments;
  const isUntouched = enrollments !== undefined && enrollments.active + enrollments.ended === 0;
  return (
    <>
      <dl className={styles.numbers}>
        <div>
          <dt>{t("counts.active")}</dt>
          <dd data-lit={(enrollments?.active ?? 0) > 0 || undefined}>
            {enrollments === undefined ? <Skeleton height={20} width={44} /> : <AskNumber count={enrollments.active} what={t("counts.active")} onAsk={() => onAsk({ node: null, did: "waiting" })} />}
          </dd>
        </div>
        <div>
          <dt>{t("counts.ended")}</dt>
          <dd>
            {enrollments === undefined ? <Skeleton height={20} width={44} /> : <AskNumber count={enrollments.ended} what={t("counts.ended")} onAsk={() => onAsk({ node: null, did: "ended" })} />}
          </dd>
        </div>
      </dl>
      {isUntouched ? (
        <section className={styles.nobody}>
          <p>{t("panel.untouched")}</p>
          <ShopLink />
        </section>
      ) : (
        <section>
          <h3>{t("panel.exits")}</h3>
          <ShareBars
            counts={enrollments?.exits ?? {}}
            name={(reason) => nameOf("exit_reason", reason)}
            whenEmpty={t("panel.nobodyEnded")}
            tone="neutral"
            onAsk={(reason) => onAsk({ node: null, did: "ended", reason })}
          />
        </section>
      )}
    </>
  );
}
