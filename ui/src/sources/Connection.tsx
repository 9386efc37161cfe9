/** How a source reaches us: the address that its webhooks go to, and the secret that they are signed with. */
import { Button, CopyButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Check, Copy, Eye, RefreshCw } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import { secretOf, type Source } from "./queries";
import styles from "./SourceCard.module.css";

const ROUTES: Readonly<Partial<Record<Source["kind"], string>>> = {
  api: "inventory",
  feed: "inventory",
  shopify: "shopify",
  woocommerce: "woocommerce",
};

export function Connection({ source }: { source: Source }) {
  const route = ROUTES[source.kind];
  return (
    <section>
      <h3>{t("sources.connection")}</h3>
      {route === undefined ? (
        <Line name={t("sources.address")} value={`${globalThis.location.origin}/v1/batch`} />
      ) : (
        <>
          <Line
            name={t("sources.address")}
            value={`${globalThis.location.origin}/v1/webhooks/${route}/${encodeURIComponent(source.name)}`}
          />
          <Secret source={source} />
        </>
      )}
      {source.feed !== null && <Line name={t("sources.feed")} value={source.feed.url} />}
    </section>
  );
}

function Secret({ source }: { source: Source }) {
  const secret = useMutation(secretOf(source.id));
  const [isSure, setSure] = useState(false);
  const shown = secret.data?.webhook_secret;
  return (
    <>
      <Line name={t("sources.secret")} value={shown ?? "••••••••••••••••••••••••"} canCopy={shown !== undefined}>
        {shown === undefined && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Eye size={13} aria-hidden="true" />}
            loading={secret.isPending}
            onClick={() => secret.mutate({ replace: false })}
          >
            {t("sources.show")}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant={isSure ? "filled" : "default"}
          color={isSure ? "red.9" : undefined}
          leftSection={<RefreshCw size={12} aria-hidden="true" />}
          disabled={secret.isPending}
          onBlur={() => setSure(false)}
          onClick={() => {
            if (isSure) secret.mutate({ replace: true });
            setSure(!isSure);
          }}
        >
          {isSure ? t("sources.sure") : t("sources.replace")}
        </Button>
      </Line>
      {secret.isError && (
        <p role="alert" className={styles.problem}>
          {Problem.of(secret.error).detail}
        </p>
      )}
    </>
  );
}

function Line({ name, value, canCopy = true, children }: { name: string; value: string; canCopy?: boolean; children?: ReactNode }) {
  return (
    <p className={styles.line}>
      <span>{name}</span>
      <code>{value}</code>
      <span className={styles.buttons}>
        {children}
        {canCopy && (
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button
                size="compact-xs"
                variant="default"
                leftSection={copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
                onClick={copy}
              >
                {copied ? t("sources.copied") : t("sources.copy")}
              </Button>
            )}
          </CopyButton>
        )}
      </span>
    </p>
  );
}
