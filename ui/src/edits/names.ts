/** New ids for nodes, ways and messages, in the form that the engine asks for: `push`, `push_2`, `push_3`. */

const LONGEST_ID = 63;

/** The first free name that begins with `wish`. */
export function freshName(wish: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  const base = wellFormed(wish);
  if (!used.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const name = `${base.slice(0, LONGEST_ID - 5)}_${number}`;
    if (!used.has(name)) return name;
  }
}

/** Lower-case letters, digits and underscores, beginning with a letter. A number at the end is dropped: copies count on. */
function wellFormed(wish: string): string {
  const words = wish
    .normalize("NFD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "")
    .replace(/_\d+$/, "");
  return words.slice(0, LONGEST_ID) || "step";
}
