/** The parts of a web push: words, link, pictures, buttons, and how long it is worth delivering. */
import { ActionIcon, Button, NativeSelect, Switch, TextInput } from "@mantine/core";
import { Plus, X } from "lucide-react";

import { DurationField } from "../inspector/DurationField";
import inspector from "../inspector/Inspector.module.css";
import { Section } from "../inspector/Section";
import { t } from "../texts/texts";
import type { ContentProps } from "./Composer";
import { LinkFields } from "./LinkFields";
import { addressOf } from "./samples";
import { TemplateField } from "./TemplateField";

const MOST_ACTIONS = 2;
const URGENCIES = ["very-low", "low", "normal", "high"] as const;

interface Action {
  title: string;
  link: unknown;
}

export function PushForm({ content, change }: ContentProps) {
  const actions = (content["actions"] as readonly Action[] | undefined) ?? [];
  const hasImage = content["layout"] === "icon_image";
  const put = (next: readonly Action[], part = "actions") => change({ actions: next }, part);
  return (
    <>
      <TemplateField label={t("names.message_part.title")} value={textOf(content["title"])} limit={45} onChange={(title) => change({ title }, "title")} />
      <TemplateField label={t("names.message_part.body")} value={textOf(content["body"])} rows={3} limit={120} onChange={(body) => change({ body }, "body")} />
      <LinkFields link={content["link"]} onChange={(link) => change({ link }, "link")} />
      <TemplateField label={t("composer.icon")} value={textOf(content["icon"])} onChange={(icon) => change({ icon: icon || null }, "icon")} />
      <Switch
        label={t("composer.hasImage")}
        checked={hasImage}
        onChange={(event) =>
          change(event.currentTarget.checked ? { layout: "icon_image", image: content["image"] ?? "{{ product.image_url }}" } : { layout: "icon", image: null }, "layout")
        }
      />
      {hasImage && <TemplateField label={t("composer.image")} value={textOf(content["image"])} onChange={(image) => change({ image }, "image")} />}
      <Section title={t("composer.actions")}>
        {actions.map((action, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a button has no name but its place
          <div key={index} className={inspector.cardRow}>
            <TextInput
              aria-label={t("composer.actionTitle")}
              placeholder={t("composer.actionTitle")}
              value={action.title}
              onChange={(event) => put(actions.with(index, { ...action, title: event.currentTarget.value }), `action:${index}`)}
            />
            <TextInput
              aria-label={t("names.message_part.link")}
              value={addressOf(action.link)}
              onChange={(event) => put(actions.with(index, { ...action, link: { url: event.currentTarget.value } }), `actionLink:${index}`)}
            />
            <ActionIcon variant="subtle" color="gray" aria-label={t("composer.removeAction")} onClick={() => put(actions.toSpliced(index, 1))}>
              <X size={15} aria-hidden="true" />
            </ActionIcon>
          </div>
        ))}
        {actions.length < MOST_ACTIONS && (
          <Button
            variant="default"
            size="xs"
            className={inspector.add ?? ""}
            leftSection={<Plus size={14} aria-hidden="true" />}
            onClick={() => put([...actions, { title: t("composer.newAction"), link: { url: "{{ product.url }}" } }])}
          >
            {t("composer.addAction")}
          </Button>
        )}
      </Section>
      <DurationField label={t("composer.ttl")} value={textOf(content["ttl"]) || "P1D"} onChange={(ttl) => change({ ttl }, "ttl")} />
      <NativeSelect
        label={t("names.message_part.urgency")}
        value={textOf(content["urgency"]) || "normal"}
        data={URGENCIES.map((one) => ({ value: one, label: t(`composer.urgency.${one}`) }))}
        onChange={(event) => change({ urgency: event.currentTarget.value }, "urgency")}
      />
    </>
  );
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
