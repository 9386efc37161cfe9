/** Everything that was sent and everything that was not, and why. */
import { Button, Select, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { MailSearch, Send } from "lucide-react";
import { useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import { journeysQuery } from "../journeys/queries";
import { EmptyState } from "../shell/EmptyState";
import page from "../shell/page.module.css";
import { PageHeader } from "../shell/PageHeader";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { nameOf, t } from "../texts/texts";
import { MessageDrawer } from "./MessageDrawer";
import { MessageRow } from "./MessageRow";
import styles from "./MessagesPage.module.css";
import { messagesQuery } from "./queries";
import { type MessageItem, type Sought, STATUSES } from "./types";

const CHANNELS = ["web_push", "mobile_push", "email", "sms", "webhook"] as const satisfies readonly MessageItem["channel"][];
const REASONS = [
  "no_consent",
  "out_of_stock_at_send",
  "already_notified",
  "quiet_hours",
  "journey_cap",
  "channel_cap",
  "recent_purchase",
  "recent_return",
  "recently_notified",
  "interest_expired",
  "unsubscribed",
  "purchased",
  "held_out",
  "suppressed",
  "no_address",
  "no_subscription",
  "product_filter",
  "restock_first",
  "stale_inventory",
  "no_link",
  "ttl",
  "paused",
  "kill_switch",
] as const;
const OPEN = "message";

export function MessagesPage() {
  const [search, setSearch] = useSearchParams();
  const sought = soughtIn(search);
  const messages = useInfiniteQuery(messagesQuery(sought));
  const items = messages.data?.pages.flatMap((one) => one.items) ?? [];

  const show = (changes: Readonly<Record<string, string | null>>) =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      return next;
    });

  return (
    <div className={page.page}>
      <PageHeader title={t("messages.title")} detail={t("messages.detail")} />
      <Filters sought={sought} onChange={show} />
      <section className={page.card} aria-busy={messages.isPending} aria-live="polite">
        {messages.isPending && <LoadingRows />}
        {messages.isError && messages.data === undefined && (
          <ProblemState problem={Problem.of(messages.error)} onRetry={() => void messages.refetch()} />
        )}
        {messages.data !== undefined && items.length === 0 && <Nothing isNarrowed={Object.keys(sought).length > 0} />}
        <ul className={styles.list}>
          {items.map((message) => (
            <MessageRow key={message.id} message={message} onOpen={() => show({ [OPEN]: message.id })} />
          ))}
        </ul>
      </section>
      {messages.hasNextPage && (
        <div className={styles.more}>
          <Button variant="default" size="sm" loading={messages.isFetchingNextPage} onClick={() => void messages.fetchNextPage()}>
            {t("messages.more")}
          </Button>
        </div>
      )}
      <MessageDrawer id={search.get(OPEN)} onClose={() => show({ [OPEN]: null })} />
    </div>
  );
}

function Filters({ sought, onChange }: { sought: Sought; onChange: (changes: Readonly<Record<string, string | null>>) => void }) {
  const journeys = useQuery(journeysQuery);
  const choices = [
    { name: "channel", codes: CHANNELS.map((code) => ({ value: code, label: nameOf("channel", code) })) },
    { name: "status", codes: STATUSES.map((code) => ({ value: code, label: nameOf("message_status", code) })) },
    { name: "reason", codes: REASONS.map((code) => ({ value: code, label: nameOf("reason", code) })) },
    { name: "journey", codes: journeys.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [] },
  ] as const;
  return (
    <fieldset className={styles.filters} aria-label={t("messages.filters")}>
      {choices.map(({ name, codes }) => (
        <Select
          key={name}
          aria-label={t(`messages.any.${name}`)}
          placeholder={t(`messages.any.${name}`)}
          data={[...codes]}
          value={sought[name] ?? null}
          onChange={(value) => onChange({ [name]: value })}
          clearable
          searchable={name === "journey"}
          size="sm"
        />
      ))}
      {sought.profile !== undefined && (
        <Button variant="default" size="sm" onClick={() => onChange({ profile: null })}>
          {t("messages.everyone")}
        </Button>
      )}
    </fieldset>
  );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  if (isNarrowed) return <EmptyState icon={MailSearch} title={t("messages.none.title")} detail={t("messages.none.detail")} />;
  return (
    <EmptyState icon={Send} title={t("messages.empty.title")} detail={t("messages.empty.detail")}>
      <ShopLink />
    </EmptyState>
  );
}

function LoadingRows() {
  return (
    <div className={styles.loading} role="status" aria-label={t("state.loading")}>
      {["first", "second", "third", "fourth"].map((row) => (
        <Skeleton key={row} height={40} radius="sm" />
      ))}
    </div>
  );
}

function soughtIn(search: URLSearchParams): Sought {
  const channel = CHANNELS.find((one) => one === search.get("channel"));
  const status = STATUSES.find((one) => one === search.get("status"));
  const [journey, reason, profile] = [search.get("journey"), search.get("reason"), search.get("profile")];
  return {
    ...(channel !== undefined && { channel }),
    ...(status !== undefined && { status }),
    ...(journey !== null && { journey }),
    ...(reason !== null && { reason }),
    ...(profile !== null && { profile }),
  };
}
