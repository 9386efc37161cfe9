/** The parts of a web push: words, link, pictures, buttons, and how long it is worth delivering. */
import { ActionIcon, Button, NativeSelect, Switch } from "@mantine/core";
import { Plus, X } from "lucide-react";

import { DurationField } from "../inspector/DurationField";
import inspector from "../inspector/Inspector.module.css";
import { Section } from "../inspector/Section";
import { t } from "../texts/texts";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { CopyDrafts } from "./CopyDrafts";
import { LinkFields } from "./LinkFields";
import { PictureField } from "./PictureField";
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
      <CopyDrafts channel="web_push" onPick={({ title, body }) => change({ title, body }, "draft")} />
      <Section title={t("names.message_part.link")}>
        <LinkFields link={content["link"]} onChange={(link) => change({ link }, "link")} />
      </Section>
      <Section title={t("composer.pictures")}>
        <PictureField label={t("composer.icon")} value={textOf(content["icon"])} onChange={(icon) => change({ icon: icon || null }, "icon")} />
        <Switch
          label={t("composer.hasImage")}
          checked={hasImage}
          onChange={(event) =>
            change(
              event.currentTarget.checked
                ? { layout: "icon_image", image: textOf(content["image"]) || "{{ product.image_url | default('') }}" }
                : { layout: "icon", image: null },
              "layout",
            )
          }
        />
        {hasImage && <PictureField label={t("composer.image")} value={textOf(content["image"])} onChange={(image) => change({ image }, "image")} />}
      </Section>
      <Section title={t("composer.actions")} hint={t("composer.actionsHint")}>
        {actions.map((action, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a button has no name but its place
          <fieldset key={index} className={styles.action}>
            <legend>{t("composer.actionAt", { place: index + 1 })}</legend>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("composer.removeAction", { place: index + 1 })} onClick={() => put(actions.toSpliced(index, 1))}>
              <X size={15} aria-hidden="true" />
            </ActionIcon>
            <TemplateField label={t("composer.actionTitle")} value={action.title} limit={19} onChange={(title) => put(actions.with(index, { ...action, title }), `action:${index}`)} />
            <LinkFields link={action.link} onChange={(link) => put(actions.with(index, { ...action, link }), `actionLink:${index}`)} />
          </fieldset>
        ))}
        {actions.length < MOST_ACTIONS && (
          <Button
            variant="default"
            size="xs"
            className={inspector.add ?? ""}
            leftSection={<Plus size={14} aria-hidden="true" />}
            onClick={() => put([...actions, { title: t("composer.newAction"), link: { kind: "product" } }])}
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
