/** How long: a number and its unit. */
import { Group, NativeSelect, NumberInput } from "@mantine/core";

import { t } from "../texts/texts";
import { isoOf, lengthOf, type Unit, UNITS } from "./durations";

interface Props {
  label: string;
  value: string | null | undefined;
  error?: string | undefined;
  onChange: (iso: string) => void;
}

export function DurationField({ label, value, error, onChange }: Props) {
  const length = lengthOf(value);
  return (
    <Group gap={8} align="flex-end" wrap="nowrap">
      <NumberInput
        label={label}
        value={length.amount}
        min={0}
        max={100_000}
        allowNegative={false}
        allowDecimal={false}
        error={error}
        w={112}
        onChange={(amount) => onChange(isoOf({ ...length, amount: Number(amount) || 0 }))}
      />
      <NativeSelect
        aria-label={t("field.unit", { field: label })}
        value={length.unit}
        data={UNITS.map((unit) => ({ value: unit, label: t(`unit.${unit}`) }))}
        flex={1}
        onChange={(event) => onChange(isoOf({ ...length, unit: event.currentTarget.value as Unit }))}
      />
    </Group>
  );
}
