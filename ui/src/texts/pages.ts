/** The words of all pages but the first, which does without them. */
import { language } from "./language";
import { addWords } from "./texts";

const LOAD = { en: () => import("./en.pages.json"), de: () => import("./de.pages.json") };
const { default: words } = await LOAD[language]();
addWords(words);
