/** Which language the interface speaks: the one that was chosen in this browser, else the browser's own, else English. */

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "waitline-language";

/** The first of what was chosen and what the browser asks for that there are words in. */
export function languageOf(chosen: string | null, asked: readonly string[]): Language {
  for (const tag of chosen === null ? asked : [chosen, ...asked]) {
    const [language = ""] = tag.toLowerCase().split("-");
    if (isLanguage(language)) return language;
  }
  return "en";
}

/** Speak another language from now on. The page is loaded anew, since words are looked up as its parts are loaded. */
export function speak(language: Language): void {
  globalThis.localStorage.setItem(KEPT, language);
  globalThis.location.reload();
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}

function kept(): string | null {
  try {
    return globalThis.localStorage.getItem(KEPT);
  } catch {
    return null; // storage is blocked: as the browser asks
  }
}

export const language = languageOf(kept(), globalThis.navigator.languages);
