/** What is set of a source: how long it may be silent, whether its pages are read, and which way in is believed first. */
import { Button, Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { Problem } from "../client/problem";
import { nameOf, t } from "../texts/texts";
import { PageRules } from "./PageRules";
import { changeSource, type PageRule, type Source } from "./queries";
import styles from "./SourceCard.module.css";

const WAYS = ["api", "webhook", "feed", "pages"] as const;
const ATTRIBUTES = ["name", "description", "image", "link", "price", "options", "attributes"] as const;
type Way = (typeof WAYS)[number];
type Attribute = (typeof ATTRIBUTES)[number];
type Order = Partial<Record<Attribute, Way[]>>;

export function Terms({ source }: { source: Source }) {
  const change = useMutation(changeSource(source.id));
  const [silence, setSilence] = useState<number | null>(source.max_age_minutes);
  const [holds, setHolds] = useState(source.hold_when_stale);
  const [address, setAddress] = useState(source.address ?? "");
  const [readsPages, setReadsPages] = useState(source.pages !== null);
  const [changedRules, setChangedRules] = useState<readonly PageRule[] | null>(null);
  const [order, setOrder] = useState<Order>(source.priorities);
  const rules = changedRules ?? source.pages?.rules ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const terms = {
      max_age_minutes: silence,
      hold_when_stale: holds,
      address: address.trim() === "" ? null : address.trim(),
      pages: readsPages ? (rules.length === 0 ? {} : { rules: [...rules] }) : null,
      priorities: order,
    };
    change.mutate(terms, { onSuccess: () => setChangedRules(null) });
  };
  const believe = (attribute: Attribute, first: string | null) => {
    const way = WAYS.find((one) => one === first);
    const others = Object.fromEntries(Object.entries(order).filter(([name]) => name !== attribute));
    setOrder(way === undefined ? others : { ...others, [attribute]: [way] });
  };
  return (
    <section>
      <h3>{t("sources.terms")}</h3>
      <form onSubmit={submit} className={styles.terms}>
        <NumberInput
          label={t("sources.silence")}
          description={t("sources.silenceHint")}
          value={silence ?? ""}
          min={1}
          max={525_600}
          allowDecimal={false}
          suffix={t("sources.minutes")}
          onChange={(value) => setSilence(typeof value === "number" ? value : null)}
        />
        <TextInput
          type="url"
          label={t("sources.site")}
          description={t("sources.siteHint")}
          placeholder="https://shop.example"
          required={readsPages}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Checkbox label={t("sources.holds")} checked={holds} disabled={silence === null} onChange={(event) => setHolds(event.currentTarget.checked)} />
        <Checkbox label={t("sources.readsPages")} checked={readsPages} onChange={(event) => setReadsPages(event.currentTarget.checked)} />
        {readsPages && <PageRules rules={rules} onChange={setChangedRules} />}
        <fieldset className={styles.believed}>
          <legend>{t("sources.believed")}</legend>
          {ATTRIBUTES.map((attribute) => (
            <Select
              key={attribute}
              size="xs"
              label={nameOf("catalog_attribute", attribute)}
              placeholder={t("sources.byTime")}
              clearable
              data={WAYS.map((way) => ({ value: way, label: nameOf("catalog_way", way) }))}
              value={order[attribute]?.[0] ?? null}
              onChange={(first) => believe(attribute, first)}
            />
          ))}
        </fieldset>
        <div className={styles.save}>
          {change.isError && (
            <p role="alert" className={styles.problem}>
              {Problem.of(change.error).detail}
            </p>
          )}
          {change.isSuccess && <span role="status">{t("sources.saved")}</span>}
          <Button type="submit" size="xs" loading={change.isPending}>
            {t("sources.save")}
          </Button>
        </div>
      </form>
    </section>
  );
}
