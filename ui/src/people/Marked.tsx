/** A text in which what was typed is marked. */
import { marked } from "./marks";

export function Marked({ text, typed }: { text: string; typed: string }) {
  return marked(text, typed).map(({ text: piece, isMarked, at }) =>
    isMarked ? <mark key={at}>{piece}</mark> : <span key={at}>{piece}</span>,
  );
}
