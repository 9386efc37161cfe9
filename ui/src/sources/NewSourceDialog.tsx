/** A new source: its name and kind, the currency of its prices, and where its feed is. */
import { Button, Group, Modal, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { Problem } from "../client/problem";
import { nameOf, t } from "../texts/texts";
import { createSource, type NewSource } from "./queries";
import styles from "./SourceCard.module.css";

const KINDS = ["shopify", "woocommerce", "feed", "api"] as const;
type Kind = (typeof KINDS)[number];

export function NewSourceDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={t("sources.new")} closeButtonProps={{ "aria-label": t("sources.cancel") }}>
      <Form onDone={onClose} />
    </Modal>
  );
}

function Form({ onDone }: { onDone: () => void }) {
  const create = useMutation(createSource);
  const [kind, setKind] = useState<Kind>("shopify");
  const [name, setName] = useState("");
  const [currency, setCurrency] = useState("EUR");
  const [secret, setSecret] = useState("");
  const [feed, setFeed] = useState("");
  const isShop = kind === "shopify" || kind === "woocommerce";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body: NewSource = {
      name: name.trim(),
      kind,
      hold_when_stale: false,
      ...(currency.trim() !== "" && { currency: currency.trim().toUpperCase() }),
      ...(isShop && secret.trim() !== "" && { webhook_secret: secret.trim() }),
      ...(feed.trim() !== "" && { feed: { url: feed.trim(), every_minutes: 60, format: "google_merchant" as const } }),
    };
    create.mutate(body, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Select
        label={t("sources.kind")}
        data={KINDS.map((one) => ({ value: one, label: nameOf("source_kind", one) }))}
        value={kind}
        allowDeselect={false}
        onChange={(value) => setKind(KINDS.find((one) => one === value) ?? "api")}
      />
      <TextInput mt="sm" required label={t("sources.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} />
      <TextInput mt="sm" label={t("sources.currency")} value={currency} onChange={(event) => setCurrency(event.currentTarget.value)} maxLength={3} />
      {isShop && (
        <TextInput
          mt="sm"
          label={t("sources.shopSecret")}
          description={t(`sources.secretOf.${kind}`)}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
      )}
      <TextInput
        mt="sm"
        type="url"
        required={kind === "feed"}
        label={t("sources.feed")}
        description={t("sources.feedHint")}
        placeholder="https://shop.example/products.xml"
        value={feed}
        onChange={(event) => setFeed(event.currentTarget.value)}
      />
      {create.isError && (
        <p role="alert" className={styles.problem}>
          {Problem.of(create.error).detail}
        </p>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onDone}>
          {t("sources.cancel")}
        </Button>
        <Button type="submit" loading={create.isPending}>
          {t("sources.make")}
        </Button>
      </Group>
    </form>
  );
}
