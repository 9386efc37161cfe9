/** Why somebody got a message, or why not: the occasions on the left, the answer with its chain beside them. */
import { Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, HelpCircle } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import type { Occasion } from "../client/types";
import { displayName } from "../people/identity";
import { profileQuery } from "../people/queries";
import { Chip } from "../shell/Chip";
import { EmptyState } from "../shell/EmptyState";
import { Moment } from "../shell/Moment";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { type Asked, occasionsQuery, whyQuery } from "./queries";
import { WhyAnswer } from "./WhyAnswer";
import styles from "./Why.module.css";

export function WhyPage() {
  const { profileId = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const profile = useQuery(profileQuery(profileId));
  const occasions = useQuery(occasionsQuery(profileId));
  const items = occasions.data?.items ?? [];
  const asked = askedFrom(search, items[0]);
  const why = useQuery(whyQuery(profileId, asked));
  const name = profile.data === undefined ? "…" : displayName(profile.data);
  const ask = (journey: string, occasion: string) => setSearch({ journey, occasion }, { replace: true });

  return (
    <div className={page.page}>
      <nav className={styles.path} aria-label={t("shell.path")}>
        <Link to="/people">{t("people.title")}</Link>
        <ChevronRight size={14} aria-hidden="true" />
        <Link to={`/people/${encodeURIComponent(profileId)}`}>{name}</Link>
      </nav>
      <PageHeader title={t("why.title")} detail={name} />
      {occasions.isError && <ProblemState problem={Problem.of(occasions.error)} onRetry={() => void occasions.refetch()} />}
      {occasions.isPending && <Skeleton height={220} />}
      {occasions.isSuccess && items.length === 0 && asked === null && (
        <EmptyState icon={HelpCircle} title={t("why.noOccasions")} detail={t("why.noOccasionsDetail")} />
      )}
      <div className={styles.columns}>
        {items.length > 0 && (
          <section className={page.card} aria-label={t("why.occasions")}>
            <ul className={styles.occasions}>
              {items.map((one) => (
                <Choice key={`${one.journey.id} ${one.id}`} occasion={one} asked={asked} zone={profile.data?.timezone} onAsk={ask} />
              ))}
            </ul>
            {asked !== null && (
              <TextInput
                type="date"
                size="sm"
                m={16}
                label={t("why.day")}
                onChange={({ currentTarget: { value } }) => value !== "" && ask(asked.journey, value)}
              />
            )}
          </section>
        )}
        {asked !== null && (
          <div aria-live="polite" aria-busy={why.isFetching}>
            {why.isError && <ProblemState problem={Problem.of(why.error)} onRetry={() => void why.refetch()} />}
            {why.isPending && <Skeleton height={320} />}
            {why.data !== undefined && <WhyAnswer why={why.data} zone={profile.data?.timezone} />}
          </div>
        )}
      </div>
    </div>
  );
}

function askedFrom(search: URLSearchParams, first: Occasion | undefined): Asked | null {
  const journey = search.get("journey") ?? first?.journey.id;
  const occasion = search.get("occasion") ?? first?.id;
  return journey === undefined || occasion === undefined ? null : { journey, occasion };
}

interface ChoiceProps {
  occasion: Occasion;
  asked: Asked | null;
  zone: string | null | undefined;
  onAsk: (journey: string, occasion: string) => void;
}

function Choice({ occasion: { id, title, journey, at, enrollment_id }, asked, zone, onAsk }: ChoiceProps) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={asked?.occasion === id && asked.journey === journey.id}
        onClick={() => onAsk(journey.id, id)}
      >
        <strong>{title}</strong>
        <span>
          {journey.name} · <Moment at={at} zone={zone} />
        </span>
      </button>
      {enrollment_id !== null && <Chip tone="good">{t("why.entered")}</Chip>}
    </li>
  );
}
