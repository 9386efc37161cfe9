/** How a text is cut into segments, each of which is paid for (3GPP TS 23.038). */

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** These take two places. */
const EXTENDED = new Set("^{}\\[~]|€");

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  units: number;
  segments: number;
}

export function segmentsOf(text: string): Segments {
  const characters = [...text];
  if (characters.every((character) => BASIC.has(character) || EXTENDED.has(character))) {
    const widths = characters.map((character) => (EXTENDED.has(character) ? 2 : 1));
    return { encoding: "GSM-7", ...measured(widths, 160, 153) };
  }
  return { encoding: "UCS-2", ...measured(characters.map((character) => character.length), 70, 67) };
}

/** A character is never torn apart: what does not fit begins the next segment. */
function measured(widths: readonly number[], alone: number, joined: number): { units: number; segments: number } {
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= alone) return { units, segments: units === 0 ? 0 : 1 };
  let segments = 1;
  let filled = 0;
  for (const width of widths) {
    if (filled + width > joined) {
      segments += 1;
      filled = 0;
    }
    filled += width;
  }
  return { units, segments };
}
