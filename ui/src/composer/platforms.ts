/** How web push looks where people read it: what each platform shows of a notification, and what it drops. */

export const PLATFORMS = ["chrome_windows", "chrome_macos", "chrome_android", "firefox_windows", "safari_macos", "safari_ios"] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface PlatformLimits {
  look: "windows" | "macos" | "android" | "ios";
  /** Characters of the title and the body that are surely shown, collapsed. */
  title: number;
  body: number;
  showsIcon: boolean;
  showsImage: boolean;
  actions: number;
}

export const LIMITS: Readonly<Record<Platform, PlatformLimits>> = {
  chrome_windows: { look: "windows", title: 75, body: 150, showsIcon: true, showsImage: true, actions: 2 },
  chrome_macos: { look: "macos", title: 38, body: 40, showsIcon: false, showsImage: false, actions: 2 },
  chrome_android: { look: "android", title: 45, body: 45, showsIcon: true, showsImage: true, actions: 2 },
  firefox_windows: { look: "windows", title: 68, body: 190, showsIcon: true, showsImage: false, actions: 0 },
  safari_macos: { look: "macos", title: 40, body: 88, showsIcon: false, showsImage: false, actions: 0 },
  safari_ios: { look: "ios", title: 40, body: 140, showsIcon: false, showsImage: false, actions: 0 },
};

/** The text as far as it is shown, with the sign that something is missing. */
export function clipped(text: string, limit: number): string {
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join("").trimEnd()}…`;
}
