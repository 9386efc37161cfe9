/** For real or as a test, from when and until when. */
import { Radio, Stack, TextInput } from "@mantine/core";

import { t } from "../texts/texts";
import styles from "./Launch.module.css";
import type { Plan } from "./LaunchPanel";

interface Props {
  plan: Plan;
  /** Whether a second person must approve it. */
  isApproved: boolean;
  onChange: (plan: Plan) => void;
}

export function ScheduleStep({ plan, isApproved, onChange }: Props) {
  return (
    <>
      <h2>{t("launch.when")}</h2>
      <Radio.Group value={plan.status} onChange={(status) => onChange({ ...plan, status: status === "test" ? "test" : "active" })} aria-label={t("launch.how")}>
        <Stack gap={10}>
          <Radio value="active" label={t("launch.active")} description={t("launch.activeDetail")} />
          <Radio value="test" label={t("launch.asTest")} description={t("launch.asTestDetail")} />
        </Stack>
      </Radio.Group>
      <div className={styles.times}>
        <TextInput
          type="datetime-local"
          label={t("launch.starts")}
          description={t("launch.startsHint")}
          defaultValue={localTime(plan.startsAt)}
          onChange={(event) => onChange({ ...plan, startsAt: instant(event.currentTarget.value) })}
        />
        <TextInput
          type="datetime-local"
          label={t("launch.ends")}
          description={t("launch.endsHint")}
          defaultValue={localTime(plan.endsAt)}
          onChange={(event) => onChange({ ...plan, endsAt: instant(event.currentTarget.value) })}
        />
      </div>
      {isApproved && (
        <TextInput
          label={t("launch.note")}
          description={t("launch.noteHint")}
          maxLength={500}
          value={plan.note}
          onChange={(event) => onChange({ ...plan, note: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function instant(local: string): string | null {
  return local === "" ? null : new Date(local).toISOString();
}

function localTime(iso: string | null): string {
  if (iso === null) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
