/** The words of the editor: the first page does without them. */
import editing from "./en.editing.json";
import { addWords } from "./texts";

addWords(editing);
