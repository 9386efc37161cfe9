/** One journey: a published version with its live numbers, or the draft in the editor. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";

import { Problem } from "../client/problem";
import type { Journey } from "../client/types";
import { Editor } from "../editor/Editor";
import { useMay } from "../shell/may";
import { ProblemState } from "../shell/ProblemState";
import { WayOut } from "../shell/WayOut";
import { t } from "../texts/texts";
import { CardsLoading } from "./CardsLoading";
import { DraftView } from "./DraftView";
import { LiveJourney } from "./LiveJourney";
import { journeyQuery, nodeTypesQuery } from "./queries";

const DRAFT = "draft";

export function JourneyPage() {
  const { journeyId = "" } = useParams();
  const journey = useQuery(journeyQuery(journeyId));
  const types = useQuery(nodeTypesQuery);
  if (journey.isPending || types.isPending) return <CardsLoading />;
  if (journey.data === undefined) {
    return (
      <ProblemState
        problem={Problem.of(journey.error)}
        onRetry={() => void journey.refetch()}
        wayOut={<WayOut to="/journeys">{t("notFound.home")}</WayOut>}
      />
    );
  }
  return <OpenJourney key={journey.data.id} journey={journey.data} />;
}

function OpenJourney({ journey }: { journey: Journey }) {
  const [search] = useSearchParams();
  const mayEdit = useMay("edit_journeys");
  // A draft that is launched stays in view until its author has seen that it is out.
  const [opened] = useState(journey.version);
  const shown = shownVersion(search.get("version"), opened);
  if (shown === null) return mayEdit ? <Editor journey={journey} /> : <DraftView journey={journey} />;
  return <LiveJourney key={shown} journey={journey} shown={shown} />;
}

/** The version that the address asks for, else the live one, else the draft (null). */
function shownVersion(asked: string | null, live: number | null): number | null {
  if (asked === DRAFT) return null;
  const number = Number(asked);
  return Number.isInteger(number) && number > 0 ? number : live;
}
