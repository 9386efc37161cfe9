/** Of which days the numbers are: the usual stretches, or from one day to another. */
import { Button, Group, Menu, TextInput } from "@mantine/core";
import { CalendarRange, Check, ChevronDown } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { t } from "../texts/texts";
import { useNow } from "../shell/useNow";
import { daysFrom, daysWords, STRETCHES, utcDay } from "./days";
import styles from "./DaysPicker.module.css";

export function DaysPicker() {
  const now = useNow();
  const [search, setSearch] = useSearchParams();
  const [isOpen, setOpen] = useState(false);
  const days = daysFrom(search, now);
  const isEver = days.since === null && days.until === null;

  const show = (wanted: Readonly<Record<string, string>>) =>
    setSearch(
      (before) => {
        for (const name of ["days", "since", "until"]) before.delete(name);
        for (const [name, value] of Object.entries(wanted)) if (value !== "") before.set(name, value);
        return before;
      },
      { replace: true },
    );

  return (
    <Menu position="bottom-end" width={272} opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          aria-label={t("days.title", { days: daysWords(search, days) })}
          leftSection={<CalendarRange size={14} aria-hidden="true" />}
          rightSection={<ChevronDown size={14} aria-hidden="true" />}
        >
          {daysWords(search, days)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item rightSection={isEver && <Shown />} onClick={() => show({})}>
          {t("days.ever")}
        </Menu.Item>
        {STRETCHES.map((count) => (
          <Menu.Item key={count} rightSection={search.get("days") === String(count) && <Shown />} onClick={() => show({ days: String(count) })}>
            {t("days.last", { count })}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Group gap={8} px={10} pb={6} wrap="nowrap" className={styles.between}>
          <Day label={t("days.from")} value={days.since} max={days.until ?? utcDay(now)} onChange={(since) => show({ since, until: days.until ?? "" })} />
          <Day label={t("days.to")} value={days.until} max={utcDay(now)} onChange={(until) => show({ since: days.since ?? "", until })} />
        </Group>
        <p className={styles.note}>{t("days.utc")}</p>
      </Menu.Dropdown>
    </Menu>
  );
}

interface DayProps {
  label: string;
  value: string | null;
  max: string;
  onChange: (day: string) => void;
}

function Day({ label, value, max, onChange }: DayProps) {
  return <TextInput type="date" size="xs" flex={1} label={label} value={value ?? ""} max={max} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function Shown() {
  return <Check size={14} aria-label={t("versions.shown")} />;
}
