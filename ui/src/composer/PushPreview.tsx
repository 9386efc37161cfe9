/** The notification as each platform shows it, collapsed and expanded, and what each platform leaves out. */
import { SegmentedControl } from "@mantine/core";
import { Check, ImageIcon, TriangleAlert } from "lucide-react";
import { useState } from "react";

import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import { clipped, dropsOf, type Notice, noticeOf, type Platform, PLATFORMS, type System, SYSTEMS } from "./platforms";
import toast from "./PushPreview.module.css";
import { useSamples } from "./samples";

export function PushPreview({ content }: { content: MessageContent }) {
  const [chosen, setChosen] = useState<Platform["id"]>("chrome_windows");
  const [isExpanded, setIsExpanded] = useState(true);
  const platform = PLATFORMS.find(({ id }) => id === chosen) ?? (PLATFORMS[0] as Platform);
  const notice = noticeOf(content, useSamples());
  const leave = (system: System) => {
    const there = PLATFORMS.filter((one) => one.system === system);
    const next = there.find(({ browser }) => browser === platform.browser) ?? there[0];
    if (next !== undefined) setChosen(next.id);
  };
  return (
    <>
      <div className={toast.choices}>
        <SegmentedControl
          size="xs"
          fullWidth
          value={platform.system}
          onChange={(system) => leave(system as System)}
          data={SYSTEMS.map((one) => ({ value: one, label: t(`platform.system.${one}`) }))}
          aria-label={t("composer.system")}
        />
        <SegmentedControl
          size="xs"
          value={platform.id}
          onChange={(id) => setChosen(id as Platform["id"])}
          data={PLATFORMS.filter(({ system }) => system === platform.system).map(({ id, browser }) => ({ value: id, label: t(`platform.browser.${browser}`) }))}
          aria-label={t("composer.browser")}
        />
        <SegmentedControl
          size="xs"
          value={isExpanded ? "expanded" : "collapsed"}
          onChange={(view) => setIsExpanded(view === "expanded")}
          data={(["collapsed", "expanded"] as const).map((one) => ({ value: one, label: t(`composer.${one}`) }))}
          aria-label={t("composer.form")}
        />
      </div>
      <div className={toast.screen} data-system={platform.system}>
        <NoticeCard notice={notice} platform={platform} isExpanded={isExpanded} />
      </div>
      <Drops notice={notice} platform={platform} />
      <Elsewhere notice={notice} />
    </>
  );
}

function NoticeCard({ notice, platform, isExpanded }: { notice: Notice; platform: Platform; isExpanded: boolean }) {
  const actions = notice.actions.slice(0, platform.actions);
  const isIconFirst = platform.system === "windows" || platform.system === "ios";
  const hasIcon = notice.icon !== "" || !platform.showsIcon; // without one of its own there is the site's
  const icon = hasIcon && <Picture address={platform.showsIcon ? notice.icon : ""} />;
  return (
    <article className={toast.toast} data-system={platform.system} aria-label={t("composer.notice", { platform: nameOfPlatform(platform) })}>
      <header>
        <i aria-hidden="true" data-browser={platform.browser} />
        {t(`platform.from.${platform.system}`, { browser: t(`platform.browser.${platform.browser}`) })}
      </header>
      {isIconFirst && icon}
      <div data-wide={!hasIcon || undefined}>
        <b>{clipped(notice.title, platform.title)}</b>
        <p>{clipped(notice.body, isExpanded ? platform.expandedBody : platform.body)}</p>
      </div>
      {!isIconFirst && icon}
      {isExpanded && notice.hasImage && platform.showsImage && <Picture address={notice.image} isLarge />}
      {isExpanded && actions.length > 0 && (
        <div className={toast.actions}>
          {actions.map((action, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a button has no name but its place
            <span key={index}>{clipped(action, platform.actionTitle)}</span>
          ))}
        </div>
      )}
    </article>
  );
}

/** A picture that has an address is shown; one that comes from data is a place for it. */
function Picture({ address, isLarge = false }: { address: string; isLarge?: boolean }) {
  const [broken, setBroken] = useState("");
  const isKnown = /^https?:\/\//.test(address) && address !== broken;
  return (
    <span className={toast.picture} data-large={isLarge || undefined} data-part={isLarge ? "image" : "icon"}>
      {isKnown ? <img src={address} alt="" onError={() => setBroken(address)} /> : <ImageIcon size={isLarge ? 28 : 18} aria-hidden="true" />}
    </span>
  );
}

function Drops({ notice, platform }: { notice: Notice; platform: Platform }) {
  const drops = dropsOf(notice, platform);
  if (drops.length === 0) {
    return (
      <p className={toast.whole} data-tone="good">
        <Check size={14} aria-hidden="true" />
        {t("drop.nothing", { platform: nameOfPlatform(platform) })}
      </p>
    );
  }
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

/** All platforms at a glance. */
function Elsewhere({ notice }: { notice: Notice }) {
  return (
    <details className={toast.elsewhere}>
      <summary>{t("composer.everywhere")}</summary>
      <dl>
        {PLATFORMS.map((platform) => (
          <div key={platform.id}>
            <dt>{nameOfPlatform(platform)}</dt>
            <dd>{dropsOf(notice, platform).join(" ") || t("drop.none")}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function nameOfPlatform({ browser, system }: Platform): string {
  return t("platform.on", { browser: t(`platform.browser.${browser}`), system: t(`platform.system.${system}`) });
}
