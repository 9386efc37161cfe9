/** What happens meanwhile: a click on a message, a purchase, another stock level, any event. */
import { ActionIcon, Autocomplete, Button, Menu, NativeSelect, NumberInput } from "@mantine/core";
import { Box, MousePointerClick, Plus, ShoppingBag, X, Zap } from "lucide-react";

import type { JourneyDocument } from "../document/journey";
import { DurationField } from "../inspector/DurationField";
import inspector from "../inspector/Inspector.module.css";
import { Section } from "../inspector/Section";
import { useVocabulary } from "../inspector/vocabulary";
import { lookOf } from "../nodes/registry";
import { t } from "../texts/texts";
import type { Happening } from "./script";

interface Props {
  happenings: readonly Happening[];
  document: JourneyDocument;
  onChange: (happenings: readonly Happening[]) => void;
}

const ICONS = { click: MousePointerClick, buy: ShoppingBag, stock: Box, event: Zap } as const;
const KINDS = ["click", "buy", "stock", "event"] as const;

export function Happenings({ happenings, document, onChange }: Props) {
  const messages = document.graph.nodes.filter(({ type }) => type === "message");
  const fresh: Readonly<Record<Happening["kind"], () => Happening>> = {
    click: () => ({ kind: "click", after: "PT10M", node: messages[0]?.id ?? "" }),
    buy: () => ({ kind: "buy", after: "PT1H" }),
    event: () => ({ kind: "event", after: "PT1H", event: "Product Viewed" }),
    stock: () => ({ kind: "stock", after: "PT1H", stock: 0 }),
  };
  const kinds = KINDS.filter((kind) => kind !== "click" || messages.length > 0);
  return (
    <Section title={t("simulate.meanwhile")}>
      {happenings.map((happening, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a happening has no name but its place
        <div key={index} className={inspector.card} role="group" aria-label={t(`simulate.kind.${happening.kind}`)}>
          <div className={inspector.cardRow}>
            <What happening={happening} document={document} onChange={(next) => onChange(happenings.with(index, next))} />
            <ActionIcon variant="subtle" color="gray" aria-label={t("simulate.remove")} onClick={() => onChange(happenings.toSpliced(index, 1))}>
              <X size={15} aria-hidden="true" />
            </ActionIcon>
          </div>
          <DurationField
            label={t(happening.kind === "click" ? "simulate.afterMessage" : "simulate.after")}
            value={happening.after}
            onChange={(after) => onChange(happenings.with(index, { ...happening, after }))}
          />
        </div>
      ))}
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <Button variant="default" size="xs" className={inspector.add ?? ""} leftSection={<Plus size={14} aria-hidden="true" />}>
            {t("simulate.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map((kind) => {
            const Icon = ICONS[kind];
            return (
              <Menu.Item key={kind} leftSection={<Icon size={14} aria-hidden="true" />} onClick={() => onChange([...happenings, fresh[kind]()])}>
                {t(`simulate.kind.${kind}`)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </Section>
  );
}

interface WhatProps {
  happening: Happening;
  document: JourneyDocument;
  onChange: (happening: Happening) => void;
}

function What({ happening, document, onChange }: WhatProps) {
  const { events } = useVocabulary();
  switch (happening.kind) {
    case "event":
      return (
        <Autocomplete
          aria-label={t("condition.event")}
          value={happening.event}
          data={events.map(({ name }) => name)}
          onChange={(event) => onChange({ ...happening, event })}
        />
      );
    case "click":
      return (
        <NativeSelect
          aria-label={t("simulate.kind.click")}
          value={happening.node}
          data={document.graph.nodes
            .filter(({ type }) => type === "message")
            .map((node) => ({ value: node.id, label: t("simulate.clicks", { message: lookOf(node, document.messages).title }) }))}
          onChange={(event) => onChange({ ...happening, node: event.currentTarget.value })}
        />
      );
    case "buy":
      return <p className={inspector.what}>{t("simulate.buys")}</p>;
    case "stock":
      return (
        <NumberInput
          aria-label={t("simulate.kind.stock")}
          prefix={`${t("simulate.stockIs")} `}
          value={happening.stock}
          min={0}
          allowDecimal={false}
          onChange={(stock) => onChange({ ...happening, stock: Number(stock) || 0 })}
        />
      );
  }
}
