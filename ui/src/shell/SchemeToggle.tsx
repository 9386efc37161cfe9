/** Light, dark, or as the system says: one button that goes round. */
import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from "@mantine/core";
import { type LucideIcon, Monitor, Moon, Sun } from "lucide-react";

import { t } from "../texts/texts";

const NEXT: Readonly<Record<MantineColorScheme, MantineColorScheme>> = { auto: "light", light: "dark", dark: "auto" };
const ICONS: Readonly<Record<MantineColorScheme, LucideIcon>> = { auto: Monitor, light: Sun, dark: Moon };

export function SchemeToggle() {
  // Without this option Mantine prints a style element for a moment, which the content security policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const Icon = ICONS[colorScheme];
  const label = t(`scheme.${colorScheme}`);
  return (
    <Tooltip label={label} position="right">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t("scheme.change", { now: label })}
        onClick={() => setColorScheme(NEXT[colorScheme])}
      >
        <Icon size={16} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}
