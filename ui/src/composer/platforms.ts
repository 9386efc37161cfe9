/**
 * How web push looks where people read it: what each platform shows of a notification, and what it drops.
 *
 * Sources, read in November 2026; no platform promises its lengths, so they are what vendors of push measured.
 * - Buttons: MDN, Notification.actions and maxActions (https://developer.mozilla.org/docs/Web/API/Notification/maxActions_static):
 *   two in Chrome and Edge; in Firefox since version 152 (https://bugzilla.mozilla.org/show_bug.cgi?id=1959931), but not on
 *   Android, where its switch dom.webnotifications.actions.enabled is off (https://github.com/mdn/browser-compat-data/pull/26885);
 *   none in Safari.
 * - Large picture: MDN's data on Notification.image
 *   (https://github.com/mdn/browser-compat-data/blob/main/api/Notification.json): Chromium only. Not on macOS, where Chrome
 *   has used the system's own notifications since version 59 (https://developer.chrome.com/docs/extensions/reference/api/notifications:
 *   "not visible for Mac OS X users").
 * - Icon: Safari shows the icon of the site or of the web app on the home screen, whatever was sent
 *   (https://github.com/mdn/browser-compat-data/issues/15763; https://onesignal.com/blog/push-notification-design-anatomy/).
 * - Lengths on Windows: https://doc.batch.com/guides-and-best-practices/message/push-notifications/what-is-the-optimal-length-for-every-web-push-notification
 *   (Chromium 70 and 140) and https://pushowl.com/blog/web-push-notification-best-practices-the-ideal-character-length
 *   (Firefox 54 and 200; buttons 19). On macOS and Android: https://webpushnotifications.xyz/push-notification-character-limit.
 *   On iOS: https://onesignal.com/blog/push-notification-design-anatomy/ (30, and 120 to 150 of the text).
 * - Expanded, Android and iOS show the whole text: https://developer.android.com/develop/ui/views/notifications/expanded,
 *   https://reteno.com/blog/push-notification-character-limits-tips-to-be-visible. Desktops do not expand a text.
 */
import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import { sampled, type Samples } from "./samples";

export const SYSTEMS = ["windows", "macos", "android", "ios"] as const;
export type System = (typeof SYSTEMS)[number];
export type BrowserName = "chrome" | "edge" | "firefox" | "safari";

export interface Platform {
  id: `${BrowserName}_${System}`;
  browser: BrowserName;
  system: System;
  /** Characters of the title, and of the text while the notification is collapsed and after; null is without limit. */
  title: number;
  body: number;
  expandedBody: number | null;
  showsIcon: boolean;
  showsImage: boolean;
  actions: 0 | 2;
  /** Characters of a button's text. */
  actionTitle: number;
}

type Limits = Omit<Platform, "id" | "browser" | "system">;

const ON_WINDOWS: Limits = { title: 70, body: 140, expandedBody: 140, showsIcon: true, showsImage: true, actions: 2, actionTitle: 19 };
const ON_MACOS: Limits = { title: 43, body: 88, expandedBody: 88, showsIcon: true, showsImage: false, actions: 2, actionTitle: 19 };
const ON_ANDROID: Limits = { title: 30, body: 65, expandedBody: null, showsIcon: true, showsImage: true, actions: 2, actionTitle: 19 };
const IN_SAFARI = { showsIcon: false, showsImage: false, actions: 0, actionTitle: 0 } as const;

export const PLATFORMS: readonly Platform[] = [
  on("chrome", "windows", ON_WINDOWS),
  on("edge", "windows", ON_WINDOWS),
  on("firefox", "windows", { ...ON_WINDOWS, title: 54, body: 200, expandedBody: 200, showsImage: false }),
  on("chrome", "macos", ON_MACOS),
  on("edge", "macos", ON_MACOS),
  on("firefox", "macos", { ...ON_MACOS, title: 42, body: 90, expandedBody: 90 }),
  on("safari", "macos", { ...IN_SAFARI, title: 49, body: 103, expandedBody: 103 }),
  on("chrome", "android", ON_ANDROID),
  on("edge", "android", ON_ANDROID),
  on("firefox", "android", { ...ON_ANDROID, showsImage: false, actions: 0, actionTitle: 0 }),
  on("safari", "ios", { ...IN_SAFARI, title: 30, body: 120, expandedBody: null }),
];

function on(browser: BrowserName, system: System, limits: Limits): Platform {
  return { id: `${browser}_${system}`, browser, system, ...limits };
}

/** The words and parts of a notification as its author wrote them, read with sample values. */
export interface Notice {
  title: string;
  body: string;
  icon: string;
  image: string;
  hasImage: boolean;
  actions: readonly string[];
}

export function noticeOf(content: MessageContent, samples?: Samples): Notice {
  const actions = content["actions"];
  const words = (text: unknown) => sampled(text, samples);
  return {
    title: words(content["title"]),
    body: words(content["body"]),
    icon: words(content["icon"]),
    image: words(content["image"]),
    hasImage: content["layout"] === "icon_image",
    actions: Array.isArray(actions) ? actions.map((action: { title?: unknown }) => words(action.title)) : [],
  };
}

/** What this platform leaves out of the notification, in words. */
export function dropsOf({ title, body, icon, hasImage, actions }: Notice, platform: Platform): readonly string[] {
  const shown = actions.slice(0, platform.actions);
  const drops: [boolean, () => string][] = [
    [lengthOf(title) > platform.title, () => t("drop.title", { limit: platform.title })],
    [lengthOf(body) > platform.body, () => bodyDrop(body, platform)],
    [icon !== "" && !platform.showsIcon, () => t("drop.icon")],
    [hasImage && !platform.showsImage, () => t("drop.image")],
    [actions.length > shown.length, () => t("drop.actions", { count: shown.length })],
    [shown.some((one) => lengthOf(one) > platform.actionTitle), () => t("drop.actionTitle", { limit: platform.actionTitle })],
  ];
  return drops.filter(([isDropped]) => isDropped).map(([, words]) => words());
}

function bodyDrop(body: string, { body: limit, expandedBody }: Platform): string {
  return t(expandedBody === null || lengthOf(body) <= expandedBody ? "drop.bodyCollapsed" : "drop.body", { limit });
}

function lengthOf(text: string): number {
  return [...text].length;
}

/** The text as far as it is shown, with the sign that something is missing. */
export function clipped(text: string, limit: number | null): string {
  const characters = [...text];
  return limit === null || characters.length <= limit ? text : `${characters.slice(0, limit - 1).join("").trimEnd()}…`;
}
