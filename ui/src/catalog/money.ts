/** Prices as people read them: the API counts in the smallest unit of the currency. */
import { locale } from "../texts/texts";

export interface Price {
  amount: number;
  currency: string;
}

/** "€49.90"; the number with its code where the browser does not know the currency. */
export function priceWords({ amount, currency }: Price): string {
  try {
    const money = new Intl.NumberFormat(locale, { style: "currency", currency });
    return money.format(amount / 10 ** (money.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return `${amount / 100} ${currency}`;
  }
}
