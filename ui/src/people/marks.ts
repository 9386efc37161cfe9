/** Where what was typed stands in a text, so that the page can mark it. */

export interface Piece {
  text: string;
  isMarked: boolean;
  /** Where it begins in the text. */
  at: number;
}

/** The text in pieces: each word that was typed is marked where it stands first, letters big or small. */
export function marked(text: string, typed: string): Piece[] {
  const lowered = text.toLowerCase();
  const found = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "" && lowered.length === text.length)
    .map((word) => ({ begin: lowered.indexOf(word), end: lowered.indexOf(word) + word.length }))
    .filter(({ begin }) => begin >= 0)
    .toSorted((one, other) => one.begin - other.begin || other.end - one.end);
  const pieces: Piece[] = [];
  let done = 0;
  for (const { begin, end } of found) {
    if (begin < done) continue;
    if (begin > done) pieces.push({ text: text.slice(done, begin), isMarked: false, at: done });
    pieces.push({ text: text.slice(begin, end), isMarked: true, at: begin });
    done = end;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), isMarked: false, at: done });
  return pieces;
}
