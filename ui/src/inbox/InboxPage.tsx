/** What would have gone out: the e-mails, texts and app pushes that the built-in inboxes caught. */
import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Inbox, MailOpen } from "lucide-react";
import { useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import { EmptyState } from "../shell/EmptyState";
import { PageTitle } from "../shell/PageTitle";
import { ProblemState } from "../shell/ProblemState";
import { ShopLink } from "../shell/ShopLink";
import { t } from "../texts/texts";
import styles from "./InboxPage.module.css";
import { MessageList } from "./MessageList";
import { MessageReader } from "./MessageReader";
import { type CaughtChannel, inboxQuery } from "./queries";

const CHANNELS: readonly CaughtChannel[] = ["email", "sms", "mobile_push"];
const ALL = "all";

export function InboxPage() {
  const [search, setSearch] = useSearchParams();
  const channel = CHANNELS.find((one) => one === search.get("channel")) ?? null;
  const inbox = useQuery(inboxQuery(channel));
  const items = inbox.data?.items ?? [];
  const open = items.find(({ id }) => id === search.get("item"));

  const show = (next: { channel?: string | null; item?: string | null }) => {
    const params = { channel, item: search.get("item"), ...next };
    setSearch(Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== null));
  };

  return (
    <div className={styles.page} data-reading={open !== undefined || undefined}>
      <PageTitle>{t("inbox.title")}</PageTitle>
      <section className={styles.pane} aria-label={t("inbox.title")}>
        <header className={styles.head}>
          <div>
            <h1>{t("inbox.title")}</h1>
            <p>{t("inbox.detail")}</p>
          </div>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t("inbox.filter")}
            value={channel ?? ALL}
            onChange={(value) => show({ channel: value === ALL ? null : value, item: null })}
            data={[
              { value: ALL, label: t("inbox.all") },
              ...CHANNELS.map((one) => ({ value: one, label: t(`names.channel.${one}`) })),
            ]}
          />
        </header>
        {inbox.isPending && <LoadingRows />}
        {inbox.isError && inbox.data === undefined && (
          <ProblemState problem={Problem.of(inbox.error)} onRetry={() => void inbox.refetch()} />
        )}
        {inbox.isSuccess && items.length === 0 && (
          <EmptyState icon={Inbox} title={t("inbox.empty.title")} detail={t("inbox.empty.detail")}>
            <ShopLink />
          </EmptyState>
        )}
        <MessageList items={items} open={open?.id ?? null} onOpen={(item) => show({ item })} />
      </section>
      <section className={styles.reader} aria-label={t("inbox.reader")}>
        {open === undefined ? (
          items.length > 0 && <EmptyState icon={MailOpen} title={t("inbox.choose.title")} detail={t("inbox.choose.detail")} />
        ) : (
          <MessageReader key={open.id} item={open} onClose={() => show({ item: null })} />
        )}
      </section>
    </div>
  );
}

function LoadingRows() {
  return (
    <div className={styles.loading} role="status" aria-label={t("state.loading")}>
      {["first", "second", "third", "fourth"].map((row) => (
        <div key={row}>
          <Skeleton height={12} width="60%" />
          <Skeleton height={10} width="85%" mt={9} />
        </div>
      ))}
    </div>
  );
}
