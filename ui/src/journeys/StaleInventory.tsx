/** Says at a journey that its inventory is stale: a source that it goes by was silent for longer than it may be. */
import { useQuery } from "@tanstack/react-query";
import { Clock } from "lucide-react";

import { Chip } from "../shell/Chip";
import { staleSourcesQuery } from "../sources/queries";
import { t } from "../texts/texts";

export function StaleInventory({ journeyId }: { journeyId: string }) {
  const { data } = useQuery(staleSourcesQuery);
  const stale = (data?.items ?? []).filter(({ journeys }) => journeys.includes(journeyId));
  if (stale.length === 0) return null;
  const sources = stale.map(({ name }) => name).join(", ");
  const isHeld = stale.some(({ holds_sends }) => holds_sends);
  return (
    <Chip tone="warn" icon={Clock} title={t(isHeld ? "journeys.staleHeld" : "journeys.staleSince", { sources })}>
      {t("journeys.stale")}
    </Chip>
  );
}
