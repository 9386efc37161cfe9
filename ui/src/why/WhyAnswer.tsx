/** The answer: one sentence, and under it question by question how it was decided, with the values that were read. */
import { Check, CircleHelp, Minus, X } from "lucide-react";
import { Link } from "react-router";

import type { Tone, Why } from "../client/types";
import { FactList } from "../people/FactList";
import { Origins } from "../people/Origins";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import page from "../shell/page.module.css";
import { nameOf, t } from "../texts/texts";
import styles from "./Why.module.css";

const TONES: Readonly<Record<Why["outcome"], Tone | "accent">> = {
  told: "good",
  not_told: "bad",
  under_way: "accent",
  not_entered: "warn",
};

export function WhyAnswer({ why, zone }: { why: Why; zone: string | null | undefined }) {
  const { occasion } = why;
  const enrollment = occasion.enrollment_id;
  return (
    <article className={page.card} aria-label={t("why.title")}>
      <header className={styles.answer}>
        <p>
          <Chip tone={TONES[why.outcome]}>{nameOf("outcome", why.outcome)}</Chip>
          <span>
            {occasion.title} · <Moment at={occasion.at} zone={zone} />
          </span>
        </p>
        <h2>{why.sentence}</h2>
        {why.computed !== null && (
          <p className={styles.agrees} data-tone={why.agrees ? "good" : "bad"}>
            {why.agrees ? <Check size={14} aria-hidden="true" /> : <CircleHelp size={14} aria-hidden="true" />}
            {t(why.agrees ? "why.agrees" : "why.differs")}
          </p>
        )}
        {enrollment !== null && <Link to={`/enrollments/${encodeURIComponent(enrollment)}`}>{t("why.steps")}</Link>}
      </header>
      <ol className={styles.chain} aria-label={t("why.chain")}>
        {why.chain.map((finding) => (
          <li key={`${finding.question} ${finding.sentence} ${Object.values(finding.links).join(" ")}`}>
            <Sign holds={finding.holds} />
            <div>
              <h3>{nameOf("why_question", finding.question)}</h3>
              <p>{finding.sentence}</p>
              {Object.keys(finding.facts).length > 0 && (
                <details>
                  <summary>{t("why.facts")}</summary>
                  <FactList facts={finding.facts} />
                </details>
              )}
              <Origins links={finding.links} />
            </div>
          </li>
        ))}
      </ol>
    </article>
  );
}

function Sign({ holds }: { holds: boolean | null }) {
  const Icon = holds === null ? Minus : holds ? Check : X;
  const word = holds === null ? "why.neither" : holds ? "why.yes" : "why.no";
  return (
    <span className={styles.sign} data-tone={holds === null ? "neutral" : holds ? "good" : "bad"}>
      <Icon size={14} strokeWidth={2.4} aria-hidden="true" />
      <span className="sr-only">{t(word)}</span>
    </span>
  );
}
