/** The notification as each platform shows it, and what that platform leaves out. */
import { NativeSelect, SegmentedControl } from "@mantine/core";
import { ImageIcon, TriangleAlert } from "lucide-react";
import { useState } from "react";

import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import styles from "./Composer.module.css";
import { clipped, LIMITS, type Platform, PLATFORMS } from "./platforms";
import toast from "./PushPreview.module.css";
import { sampled } from "./samples";

export function PushPreview({ content }: { content: MessageContent }) {
  const [platform, setPlatform] = useState<Platform>("chrome_windows");
  const [isExpanded, setIsExpanded] = useState(true);
  const limits = LIMITS[platform];
  const [title, body] = [sampled(content["title"]), sampled(content["body"])];
  const actions = actionsOf(content).slice(0, limits.actions);
  const hasImage = content["layout"] === "icon_image" && limits.showsImage;
  return (
    <>
      <NativeSelect
        aria-label={t("composer.platform")}
        value={platform}
        data={PLATFORMS.map((one) => ({ value: one, label: t(`platform.${one}`) }))}
        onChange={(event) => setPlatform(event.currentTarget.value as Platform)}
      />
      <SegmentedControl
        size="xs"
        value={isExpanded ? "expanded" : "collapsed"}
        onChange={(view) => setIsExpanded(view === "expanded")}
        data={(["collapsed", "expanded"] as const).map((one) => ({ value: one, label: t(`composer.${one}`) }))}
        aria-label={t("composer.form")}
      />
      <article className={toast.toast} data-look={limits.look}>
        <header>{t(`platform.from.${limits.look}`)}</header>
        {limits.showsIcon && <Picture />}
        <div>
          <b>{clipped(title, limits.title)}</b>
          <p>{isExpanded ? body : clipped(body, limits.body)}</p>
        </div>
        {!limits.showsIcon && <Picture />}
        {isExpanded && hasImage && <Picture isLarge />}
        {isExpanded && actions.length > 0 && (
          <div className={toast.actions}>
            {actions.map((action) => (
              <span key={action}>{action}</span>
            ))}
          </div>
        )}
      </article>
      <Drops content={content} platform={platform} lengths={{ title: [...title].length, body: [...body].length }} />
    </>
  );
}

function Picture({ isLarge = false }: { isLarge?: boolean }) {
  return (
    <span className={isLarge ? `${styles.picture} ${styles.large}` : styles.picture}>
      <ImageIcon size={isLarge ? 28 : 18} aria-hidden="true" />
    </span>
  );
}

interface DropsProps {
  content: MessageContent;
  platform: Platform;
  lengths: { title: number; body: number };
}

function Drops({ content, platform, lengths }: DropsProps) {
  const limits = LIMITS[platform];
  const drops = [
    lengths.title > limits.title && t("drop.title", { limit: limits.title }),
    lengths.body > limits.body && t("drop.body", { limit: limits.body }),
    content["layout"] === "icon_image" && !limits.showsImage && t("drop.image"),
    actionsOf(content).length > limits.actions && t("drop.actions", { count: limits.actions }),
  ].filter((drop) => drop !== false);
  return (
    <ul className={toast.drops} aria-label={t("composer.drops")}>
      {drops.map((drop) => (
        <li key={drop}>
          <TriangleAlert size={14} aria-hidden="true" />
          {drop}
        </li>
      ))}
    </ul>
  );
}

function actionsOf(content: MessageContent): readonly string[] {
  const actions = content["actions"];
  return Array.isArray(actions) ? actions.map((action: { title?: unknown }) => sampled(action.title)) : [];
}
