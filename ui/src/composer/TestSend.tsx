/** The message, sent to oneself: to this browser, or to an e-mail address or a phone of one's own. Nothing counts it. */
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { t } from "../texts/texts";
import { ownBrowser } from "./ownBrowser";
import styles from "./Reader.module.css";
import { type Draft, requestOf } from "./rendering";

interface Props {
  channel: "web_push" | "mobile_push" | "email" | "sms";
  draft: Draft;
}

/** Where one's tests go is remembered by the browser, an address a channel. */
const keyOf = (channel: Props["channel"]) => `waitline-test-${channel}`;

/** How the address of a test is asked for, and what the API calls it. */
const FIELDS = {
  email: { label: "composer.myEmail", type: "email", name: "email" },
  sms: { label: "composer.myPhone", type: "tel", name: "phone" },
  mobile_push: { label: "composer.myDevice", type: "text", name: "device_token" },
} as const;

export function TestSend({ channel, draft }: Props) {
  const [address, setAddress] = useState(() => globalThis.localStorage.getItem(keyOf(channel)) ?? "");
  const test = useMutation({
    mutationFn: async () => {
      const to = await receiver(channel, address);
      return read(api.POST("/v1/messages/test", { body: { ...requestOf(draft), to } }));
    },
  });
  const problem = test.isError ? Problem.of(test.error) : null;
  const where = channel === "web_push" ? t("test.thisBrowser") : address;
  return (
    <div className={styles.test}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        {channel === "web_push" ? (
          <p>{t("test.browser")}</p>
        ) : (
          <TextInput
            size="xs"
            label={t(FIELDS[channel].label)}
            type={FIELDS[channel].type}
            required
            withAsterisk={false}
            value={address}
            onChange={(event) => {
              test.reset();
              setAddress(event.currentTarget.value);
            }}
          />
        )}
        <Button type="submit" size="xs" variant="default" leftSection={<Send size={14} aria-hidden="true" />} loading={test.isPending}>
          {t("composer.test")}
        </Button>
      </form>
      <div aria-live="polite">
        {test.data !== undefined && (
          <p className={styles.said} data-tone={test.data.status === "accepted" ? "good" : "bad"}>
            {test.data.status === "accepted" ? t("composer.tested", { address: where }) : t("composer.notTested", { detail: test.data.detail })}
          </p>
        )}
        {problem !== null && (
          <p className={styles.said} data-tone="bad">
            {problem.errors.length === 0 ? `${problem.title} ${problem.detail}` : problem.errors.map(({ detail }) => detail).join(" ")}
          </p>
        )}
      </div>
    </div>
  );
}

async function receiver(channel: Props["channel"], address: string) {
  if (channel === "web_push") return { push_subscription: await ownBrowser() };
  globalThis.localStorage.setItem(keyOf(channel), address);
  return { [FIELDS[channel].name]: address };
}
