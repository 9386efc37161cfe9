/** The ways to say a message, a letter each: which one is being written, and how many people get it. */
import { ActionIcon, Button, NumberInput, Tooltip } from "@mantine/core";
import { Plus, X } from "lucide-react";

import type { MessageContent } from "../document/journey";
import { t } from "../texts/texts";
import { BASE, shareOfBase, variantsOf, withOneMore, without, withShare } from "./variants";
import styles from "./VariantBar.module.css";

interface Props {
  message: MessageContent;
  chosen: string;
  onChoose: (variant: string) => void;
  onChange: (message: MessageContent, part: string) => void;
}

export function VariantBar({ message, chosen, onChoose, onChange }: Props) {
  const variants = variantsOf(message);
  const add = () => {
    const more = withOneMore(message);
    if (more === null) return;
    onChange(more.message, "variants");
    onChoose(more.id);
  };
  if (variants.length === 0) {
    return (
      <Tooltip label={t("variant.why")}>
        <Button size="compact-xs" variant="subtle" color="gray" className={styles.firstVariant ?? ""} leftSection={<Plus size={14} aria-hidden="true" />} onClick={add}>
          {t("variant.test")}
        </Button>
      </Tooltip>
    );
  }
  const shown = variants.find(({ id }) => id === chosen);
  return (
    <div className={styles.variants}>
      <div role="tablist" aria-label={t("variant.list")}>
        {[{ id: BASE, share: shareOfBase(message) }, ...variants].map(({ id, share }) => (
          <button key={id} type="button" role="tab" aria-selected={id === chosen} onClick={() => onChoose(id)}>
            <b>{id.toUpperCase()}</b>
            {t("variant.share", { share })}
          </button>
        ))}
      </div>
      <Tooltip label={t("variant.add")}>
        <ActionIcon variant="subtle" color="gray" aria-label={t("variant.add")} onClick={add}>
          <Plus size={16} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      {shown !== undefined && (
        <div className={styles.variantShare}>
          <NumberInput
            size="xs"
            w={96}
            aria-label={t("variant.shareOf", { variant: chosen.toUpperCase() })}
            suffix=" %"
            min={0}
            max={100}
            decimalScale={2}
            value={shown.share}
            onChange={(share) => onChange(withShare(message, chosen, Number(share) || 0), `share:${chosen}`)}
          />
          <Tooltip label={t("variant.remove", { variant: chosen.toUpperCase() })}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("variant.remove", { variant: chosen.toUpperCase() })}
              onClick={() => {
                onChange(without(message, chosen), "variants");
                onChoose(BASE);
              }}
            >
              <X size={15} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        </div>
      )}
    </div>
  );
}
