/** Where something leads: an address, or the product, the wishlist or the cart; and where when that comes out empty. */
import { NativeSelect } from "@mantine/core";

import { t } from "../texts/texts";
import { addressOf } from "./samples";
import { TemplateField } from "./TemplateField";

export const LINK_KINDS = ["custom", "product", "add_to_cart", "wishlist"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

interface Link {
  kind?: LinkKind;
  url?: string;
  fallback?: string;
}

interface Props {
  link: unknown;
  onChange: (link: Link | null) => void;
  isOptional?: boolean;
}

export function LinkFields({ link, onChange, isOptional = false }: Props) {
  const kind = kindOf(link);
  const url = kind === "custom" ? addressOf(link) : "";
  const fallback = addressOf((link as { fallback?: unknown } | null)?.fallback ?? "");
  const put = (next: Required<Link>) => onChange(isOptional && next.kind === "custom" && next.url === "" ? null : written(next));
  return (
    <>
      <NativeSelect
        label={t("composer.linkKind.label")}
        value={kind}
        data={LINK_KINDS.map((one) => ({ value: one, label: t(`composer.linkKind.${one}`) }))}
        {...((kind === "wishlist" || kind === "add_to_cart") && { description: t("composer.linkKind.perStore") })}
        onChange={(event) => put({ kind: event.currentTarget.value as LinkKind, url: url || "https://", fallback })}
      />
      {kind === "custom" && (
        <TemplateField isAddress label={t("names.message_part.link")} value={url} onChange={(next) => put({ kind, url: next, fallback })} />
      )}
      <TemplateField
        isAddress
        label={t("composer.linkFallback")}
        description={t("composer.linkFallbackHint")}
        value={fallback}
        onChange={(next) => put({ kind, url, fallback: next })}
      />
    </>
  );
}

function kindOf(link: unknown): LinkKind {
  const kind = (link as { kind?: unknown } | null)?.kind;
  return LINK_KINDS.find((one) => one === kind) ?? (addressOf(link) === "{{ product.url }}" ? "product" : "custom");
}

function written({ kind, url, fallback }: Required<Link>): Link {
  return { ...(kind === "custom" ? { url } : { kind }), ...(fallback !== "" && { fallback }) };
}
