/** Whoever chooses another language finds every word in it, with the same values in its places. */
import { describe, expect, it } from "vitest";

import german from "./de.json";
import germanEditing from "./de.editing.json";
import germanPages from "./de.pages.json";
import english from "./en.json";
import englishEditing from "./en.editing.json";
import englishPages from "./en.pages.json";
import { languageOf } from "./language";

type Words = { readonly [key: string]: string | Words };

/** Every text by its whole key. */
function texts(words: Words, before = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, word]) =>
    typeof word === "string" ? [[before + key, word] as [string, string]] : texts(word, `${before}${key}.`),
  );
}

/** What stands in braces, without the word that a merge tag falls back to. */
function places(text: string): string[] {
  return (text.match(/{{.*?}}/g) ?? []).map((place) => place.replace(/'[^']*'/, "''")).toSorted();
}

describe.each([
  ["of the first page", english, german],
  ["of the other pages", englishPages, germanPages],
  ["of the editor", englishEditing, germanEditing],
])("words %s", (_, source, translation) => {
  const [expected, found] = [texts(source), new Map(texts(translation))];

  it("have the same keys in English and German, in the same order", () => {
    expect([...found.keys()]).toEqual(expected.map(([key]) => key));
  });

  it("say everything, with the same values in its places", () => {
    const wrong = expected.filter(([key, text]) => {
      const said = found.get(key) ?? "";
      return said.trim() === "" || places(said).join(" ") !== places(text).join(" ");
    });
    expect(wrong).toEqual([]);
  });
});

describe("the language", () => {
  it.each([
    [null, ["de-AT", "en"], "de"],
    [null, ["fr-FR", "de"], "de"],
    [null, ["fr-FR"], "en"],
    [null, [], "en"],
    ["en", ["de-DE"], "en"],
    ["de", ["en-GB"], "de"],
    ["tlh", ["de-DE"], "de"],
  ] as const)("is, chosen %s in a browser of %j, %s", (chosen, asked, language) => {
    expect(languageOf(chosen, asked)).toBe(language);
  });
});
