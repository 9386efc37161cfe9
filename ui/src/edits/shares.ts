/** Shares of a split, in percent to a hundredth. They always make a hundred: what one gains the others lose. */
import type { Share } from "../document/journey";

const WHOLE = 10_000;

/** The shares after one was set; the others keep their proportions to one another. */
export function rebalanced(shares: readonly Share[], index: number, percent: number): readonly Share[] {
  const wanted = Math.min(WHOLE, Math.max(0, Math.round(percent * 100)));
  const others = shares.filter((_, place) => place !== index);
  const weights = others.map(({ share }) => share);
  const parts = distributed(WHOLE - wanted, weights.some((weight) => weight > 0) ? weights : weights.map(() => 1));
  let next = 0;
  return shares.map((share, place) => {
    const hundredths = place === index ? wanted : (parts[next++] ?? 0);
    return { ...share, share: hundredths / 100 };
  });
}

/** The same for everyone, as far as hundredths allow. */
export function evened(shares: readonly Share[]): readonly Share[] {
  const parts = distributed(WHOLE, shares.map(() => 1));
  return shares.map((share, place) => ({ ...share, share: (parts[place] ?? 0) / 100 }));
}

/** A whole in parts by weight; what rounding leaves over goes to the first ones, a unit each. */
function distributed(whole: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const parts = weights.map((weight) => Math.floor((whole * weight) / sum));
  let rest = whole - parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => (rest-- > 0 ? part + 1 : part));
}
