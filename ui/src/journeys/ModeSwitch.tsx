/** Between the draft that is edited and the published versions that people walk. */
import { SegmentedControl } from "@mantine/core";
import { useSearchParams } from "react-router";

import type { Journey } from "../client/types";
import { useMay } from "../shell/may";
import { t } from "../texts/texts";

export function ModeSwitch({ journey, shown }: { journey: Journey; shown: number | null }) {
  const [, setSearch] = useSearchParams();
  const mayEdit = useMay("edit_journeys");
  if (journey.version === null || !mayEdit) return null;
  return (
    <SegmentedControl
      size="xs"
      value={shown === null ? "edit" : "live"}
      onChange={(mode) => setSearch({ version: mode === "edit" ? "draft" : String(journey.version) })}
      data={[
        { value: "live", label: t("mode.live") },
        { value: "edit", label: t("mode.edit") },
      ]}
      aria-label={t("mode.label")}
    />
  );
}
