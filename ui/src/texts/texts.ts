/**
 * All words of the interface come from one catalogue a language; `t` looks them up. Only the catalogue that is spoken is
 * loaded, before whatever needs its words: what the first page says, then the other pages' words, then the editor's.
 */
import { createInstance } from "i18next";

import type editing from "./en.editing.json";
import type en from "./en.json";
import type pages from "./en.pages.json";
import { language } from "./language";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en & typeof editing & typeof pages };
  }
}

const LOAD = { en: () => import("./en.json"), de: () => import("./de.json") };
const { default: firstWords } = await LOAD[language]();

const catalogue = createInstance({
  lng: language,
  resources: { [language]: { translation: firstWords } },
  interpolation: { escapeValue: false }, // React escapes
});
void catalogue.init();

export const t = catalogue.t.bind(catalogue);

/** Words that come later, with what they are about. */
export function addWords(more: object): void {
  catalogue.addResourceBundle(language, "translation", more);
}

/** How numbers and dates are written: as the browser's owner is used to, where that is a kind of the words' language. */
export const locale = globalThis.navigator.languages.find((one) => one.startsWith(language)) ?? language;

type NameGroup = keyof typeof en.names;

/** The word for a code of the API (a skip reason, a source, a state); a code without one is spelled out. */
export function nameOf(group: NameGroup, code: string): string {
  const names: Readonly<Record<string, string>> = catalogue.getResource(language, "translation", `names.${group}`);
  return names[code] ?? spelledOut(code);
}

/** The word for a code from the first of these places that has one: keys of objects whose keys are codes. */
export function nameAmong(places: readonly string[], code: string): string {
  for (const place of places) {
    const names: Readonly<Record<string, string>> | undefined = catalogue.getResource(language, "translation", place);
    if (names?.[code] !== undefined) return names[code];
  }
  return spelledOut(code);
}

function spelledOut(code: string): string {
  const words = code.replaceAll("_", " ").replace(":", ": ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
