/** The message, sent to oneself: to an e-mail address or a phone of one's own. No cap and no number counts it. */
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";

import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import styles from "./Reader.module.css";
import { type Reader, requestOf } from "./rendering";

interface Props {
  channel: "email" | "sms";
  content: MessageContent;
  reader: Reader | null;
  journey: string;
}

/** Where one's tests go is remembered by the browser, an address a channel. */
const keyOf = (channel: Props["channel"]) => `waitline-test-${channel}`;

export function TestSend({ channel, content, reader, journey }: Props) {
  const [address, setAddress] = useState(() => globalThis.localStorage.getItem(keyOf(channel)) ?? "");
  const test = useMutation({
    mutationFn: () => {
      globalThis.localStorage.setItem(keyOf(channel), address);
      const to = channel === "email" ? { email: address } : { phone: address };
      return read(api.POST("/v1/messages/test", { body: { ...requestOf(content, reader, journey), to } }));
    },
  });
  const problem = test.isError ? Problem.of(test.error) : null;
  return (
    <>
      <form
        className={styles.test}
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        <TextInput
          size="xs"
          label={t(channel === "email" ? "composer.myEmail" : "composer.myPhone")}
          type={channel === "email" ? "email" : "tel"}
          required
          withAsterisk={false}
          value={address}
          onChange={(event) => {
            test.reset();
            setAddress(event.currentTarget.value);
          }}
        />
        <Button type="submit" size="xs" variant="default" leftSection={<Send size={14} aria-hidden="true" />} loading={test.isPending}>
          {t("composer.test")}
        </Button>
      </form>
      <div aria-live="polite">
        {test.data !== undefined && (
          <p className={styles.said} data-tone={test.data.status === "accepted" ? "good" : "bad"}>
            {test.data.status === "accepted" ? t("composer.tested", { address }) : t("composer.notTested", { detail: test.data.detail })}
          </p>
        )}
        {problem !== null && (
          <p className={styles.said} data-tone="bad">
            {problem.errors.length === 0 ? `${problem.title} ${problem.detail}` : problem.errors.map(({ detail }) => detail).join(" ")}
          </p>
        )}
      </div>
    </>
  );
}
