/** One variant: what it is, what there is of it and where, how that moved, and who waits. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ExternalLink, Hourglass } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { Problem } from "../client/problem";
import { Chip } from "../shell/Chip";
import { Moment } from "../shell/Moment";
import page from "../shell/page.module.css";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { countWords } from "../texts/words";
import { priceWords } from "./money";
import { Picture } from "./Picture";
import { type ShelfVariant, variantQuery } from "./queries";
import { StockChart } from "./StockChart";
import styles from "./VariantCard.module.css";

export function VariantCard({ id }: { id: string }) {
  const query = useQuery(variantQuery(id));
  if (query.data === undefined) {
    return (
      <section className={page.card} aria-busy={query.isPending}>
        {query.isError ? (
          <ProblemState problem={Problem.of(query.error)} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton height={320} m={20} width="auto" />
        )}
      </section>
    );
  }
  const { variant, levels, movements, url } = query.data;
  const reserved = levels.reduce((sum, level) => sum + level.reserved, 0);
  return (
    <section className={page.card} aria-labelledby="variant-title">
      <header className={styles.head}>
        <Picture src={variant.image_url} size={76} />
        <div>
          <h2 id="variant-title">{variant.title === "" ? variant.product_title : `${variant.product_title}, ${variant.title}`}</h2>
          <p>
            <span className="mono">{variant.sku}</span>
            <span>{variant.source}</span>
            <Price variant={variant} />
          </p>
        </div>
        <Button
          component="a"
          href={url}
          target="_blank"
          rel="noreferrer"
          variant="default"
          size="xs"
          leftSection={<ExternalLink size={14} aria-hidden="true" />}
        >
          {t("catalog.open")}
        </Button>
      </header>
      <dl className={styles.figures}>
        <Figure name={t("catalog.available")}>
          {variant.available === null ? <Chip>{t("catalog.unknown")}</Chip> : countWords(variant.available)}
        </Figure>
        <Figure name={t("catalog.reserved")}>{countWords(reserved)}</Figure>
        <Figure name={t("catalog.waiting")}>
          {variant.waiting === 0 ? (
            countWords(0)
          ) : (
            <Link to={`/waitlist?variant=${encodeURIComponent(variant.sku)}`}>
              {countWords(variant.waiting)} <Hourglass size={14} aria-hidden="true" />
            </Link>
          )}
        </Figure>
        <Figure name={t("catalog.observed")}>
          {variant.observed_at === null ? "–" : <Moment at={variant.observed_at} />}
        </Figure>
      </dl>
      {movements.length > 0 && <StockChart moves={movements} />}
      {levels.length > 0 && <Levels levels={levels} />}
      <Facts card={query.data} />
    </section>
  );
}

function Price({ variant }: Pick<ShelfVariant, "variant">) {
  if (variant.price === null) return null;
  const before = variant.original_price;
  return (
    <span className={styles.price}>
      <b>{priceWords(variant.price)}</b>
      {before !== null && before.amount > variant.price.amount && <s>{priceWords(before)}</s>}
    </span>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Levels({ levels }: Pick<ShelfVariant, "levels">) {
  return (
    <table className={styles.levels}>
      <thead>
        <tr>
          <th scope="col">{t("catalog.location")}</th>
          <th scope="col">{t("catalog.onHand")}</th>
          <th scope="col">{t("catalog.reserved")}</th>
          <th scope="col">{t("catalog.observed")}</th>
        </tr>
      </thead>
      <tbody>
        {levels.map((level) => (
          <tr key={level.location}>
            <th scope="row">{level.location}</th>
            <td>{countWords(level.on_hand)}</td>
            <td>{countWords(level.reserved)}</td>
            <td>
              <Moment at={level.observed_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Facts({ card }: { card: ShelfVariant }) {
  const facts = [
    ...Object.entries(card.options),
    ...Object.entries(card.attributes),
    ...(card.aliases.length > 0 ? [[t("catalog.aliases"), card.aliases.join(", ")] as const] : []),
  ].filter(([, value]) => ["string", "number", "boolean"].includes(typeof value) && value !== "");
  if (facts.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>{String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
