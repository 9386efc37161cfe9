/**
 * An e-mail's HTML, apart from the page: a frame without scripts, forms or links that lead away. The page's own policy
 * holds in the frame and refuses inline styles, so they are put on by hand, as style objects.
 */
import { useCallback } from "react";

import styles from "./Composer.module.css";

interface Props {
  html: string;
  title: string;
  isNarrow: boolean;
  isDark: boolean;
}

export function MailFrame({ html, title, isNarrow, isDark }: Props) {
  const fill = useCallback(
    (frame: HTMLIFrameElement | null) => {
      const inside = frame?.contentDocument;
      if (frame === null || inside == null) return;
      write(inside, html, isDark);
      frame.height = "0"; // else the document is as high as its frame, never lower
      frame.height = String(inside.documentElement.scrollHeight);
    },
    [html, isDark],
  );
  return (
    <iframe
      key={`${isNarrow}:${isDark}`}
      ref={fill}
      className={styles.frame}
      data-narrow={isNarrow || undefined}
      sandbox="allow-same-origin"
      title={title}
    />
  );
}

const KEPT = "data-waitline-style";
const SHEET = "waitline-sheet";

function write(inside: Document, html: string, isDark: boolean): void {
  const inert = html.replaceAll(/(<[^<>]*?\s)style=/gi, `$1${KEPT}=`).replaceAll(/<(\/?)style\b/gi, `<$1${SHEET}`);
  const letter = new DOMParser().parseFromString(inert, "text/html");
  const rules = [...letter.querySelectorAll(SHEET)].map((sheet) => sheet.textContent);
  for (const unwanted of letter.querySelectorAll(`${SHEET}, script, link, base, meta`)) unwanted.remove();
  inside.body.replaceChildren(...inside.importNode(letter.body, true).childNodes);
  for (const styled of inside.querySelectorAll<HTMLElement>(`[${KEPT}]`)) styled.style.cssText = styled.getAttribute(KEPT) ?? "";
  inside.documentElement.style.colorScheme = isDark ? "dark" : "light";
  inside.body.style.cssText = letter.body.getAttribute(KEPT) ?? "";
  inside.body.style.margin = "0";
  const Sheet = (inside.defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet;
  if (Sheet === undefined) return;
  const sheet = new Sheet();
  sheet.replaceSync(rules.join("\n"));
  settleScheme(sheet, isDark);
  inside.adoptedStyleSheets = [sheet];
}

/** The letter is shown light or dark as asked for, whatever this computer prefers. */
function settleScheme(sheet: CSSStyleSheet, isDark: boolean): void {
  for (const rule of sheet.cssRules) {
    const media = "media" in rule ? (rule as CSSMediaRule).media : null;
    if (media?.mediaText.includes("prefers-color-scheme")) media.mediaText = media.mediaText.includes("dark") === isDark ? "all" : "not all";
  }
}
