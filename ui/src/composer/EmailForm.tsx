/** An e-mail: subject line and sender, and its body of blocks, or of HTML written by hand. */
import { Button, TextInput, Textarea } from "@mantine/core";
import { useState } from "react";

import { Section } from "../inspector/Section";
import { t } from "../texts/texts";
import { BlockList } from "./BlockList";
import type { Block } from "./blocks";
import blocksCss from "./Blocks.module.css";
import type { ContentProps } from "./Composer";
import styles from "./Composer.module.css";
import { CopyDrafts } from "./CopyDrafts";
import { textOf } from "./PushForm";
import { TemplateField } from "./TemplateField";

export function EmailForm({ content, change }: ContentProps) {
  const blocks = (content["blocks"] as readonly Block[] | undefined) ?? [];
  const isHtml = typeof content["html"] === "string";
  return (
    <>
      <TemplateField label={t("names.message_part.subject")} value={textOf(content["subject"])} limit={60} onChange={(subject) => change({ subject }, "subject")} />
      <TemplateField label={t("names.message_part.preheader")} value={textOf(content["preheader"])} limit={90} onChange={(preheader) => change({ preheader }, "preheader")} />
      <CopyDrafts channel="email" onPick={({ title, body }) => change({ subject: title, preheader: body }, "draft")} />
      <Section title={t(isHtml ? "composer.html" : "names.message_part.blocks")} aside={<BodySwitch isHtml={isHtml} change={change} />}>
        {isHtml ? (
          <Textarea
            aria-label={t("composer.html")}
            className={blocksCss.code ?? ""}
            autosize
            minRows={14}
            maxRows={30}
            spellCheck={false}
            value={textOf(content["html"])}
            onChange={(event) => change({ html: event.currentTarget.value, blocks: [] }, "html")}
          />
        ) : (
          <BlockList blocks={blocks} onChange={(next, part) => change({ blocks: next }, part)} />
        )}
      </Section>
      <details className={styles.more}>
        <summary>{t("composer.sender")}</summary>
        <TextInput label={t("composer.fromName")} value={textOf(content["from_name"])} onChange={(event) => change({ from_name: event.currentTarget.value || null }, "from_name")} />
        <TextInput
          type="email"
          label={t("composer.fromAddress")}
          description={t("composer.fromHint")}
          value={textOf(content["from_address"])}
          onChange={(event) => change({ from_address: event.currentTarget.value || null }, "from_address")}
        />
        <TextInput
          type="email"
          label={t("composer.replyTo")}
          value={textOf(content["reply_to"])}
          onChange={(event) => change({ reply_to: event.currentTarget.value || null }, "reply_to")}
        />
      </details>
    </>
  );
}

/** From blocks to HTML and back; the other body is given up, which is asked about and can be undone. */
function BodySwitch({ isHtml, change }: { isHtml: boolean; change: ContentProps["change"] }) {
  const [isAsking, setIsAsking] = useState(false);
  const swap = () => {
    change(isHtml ? { html: null, blocks: [{ type: "text", text: t("fresh.emailText") }] } : { html: t("fresh.emailHtml"), blocks: [] }, "body");
    setIsAsking(false);
  };
  return isAsking ? (
    <span className={styles.asking}>
      {t("composer.swapAsk")}
      <Button size="compact-xs" variant="light" onClick={swap}>
        {t("composer.swapYes")}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setIsAsking(false)}>
        {t("composer.swapNo")}
      </Button>
    </span>
  ) : (
    <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setIsAsking(true)}>
      {t(isHtml ? "composer.toBlocks" : "composer.toHtml")}
    </Button>
  );
}
