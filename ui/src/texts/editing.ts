/** The words of the editor: the first page does without them. */
import { language } from "./language";
import { addWords } from "./texts";

const LOAD = { en: () => import("./en.editing.json"), de: () => import("./de.editing.json") };
const { default: words } = await LOAD[language]();
addWords(words);
