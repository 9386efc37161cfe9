/** Where a message leads, and where it leads when that comes out empty. */
import { t } from "../texts/texts";
import { addressOf } from "./samples";
import { TemplateField } from "./TemplateField";

interface Props {
  link: unknown;
  onChange: (link: { url: string; fallback?: string } | null) => void;
  isOptional?: boolean;
}

export function LinkFields({ link, onChange, isOptional = false }: Props) {
  const url = addressOf(link);
  const fallback = addressOf((link as { fallback?: unknown } | null)?.fallback ?? "");
  const put = (nextUrl: string, nextFallback: string) =>
    onChange(isOptional && nextUrl === "" ? null : { url: nextUrl, ...(nextFallback !== "" && { fallback: nextFallback }) });
  return (
    <>
      <TemplateField label={t("names.message_part.link")} value={url} onChange={(next) => put(next, fallback)} />
      <TemplateField label={t("composer.linkFallback")} description={t("composer.linkFallbackHint")} value={fallback} onChange={(next) => put(url, next)} />
    </>
  );
}
