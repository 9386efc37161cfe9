/** How the draft differs from the live version: in a list here, and drawn on the canvas behind. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import type { Marks, NodeMark } from "../canvas/flow";
import { api, read } from "../client/api";
import { Problem } from "../client/problem";
import { documentFrom } from "../document/journey";
import { useDocument, useEditorStore } from "../editor/store";
import { journeyVersionQuery } from "../journeys/queries";
import { ProblemState } from "../shell/ProblemState";
import { t } from "../texts/texts";
import { DifferenceList } from "./DifferenceList";

interface Props {
  journeyId: string;
  revision: number;
  liveVersion: number | null;
}

export function ChangesStep({ journeyId, revision, liveVersion }: Props) {
  const store = useEditorStore();
  const document = useDocument();
  const live = useQuery(journeyVersionQuery(journeyId, liveVersion));
  const answer = useQuery({
    queryKey: ["journeys", journeyId, "draft-checks", "changes", revision],
    queryFn: () =>
      read(
        api.GET("/v1/journeys/{journey_id}/changes", {
          params: { path: { journey_id: journeyId }, query: { from: "live", to: "draft" } },
        }),
      ),
  });
  const changes = answer.data?.changes;
  const marks = useMemo(() => marksOf(changes ?? []), [changes]);
  useEffect(() => {
    store.getState().mark(marks);
    return () => store.getState().mark(null);
  }, [marks, store]);

  const before = live.data && documentFrom(live.data.document);
  return (
    <>
      <h2>{t("launch.changes", { version: liveVersion })}</h2>
      {answer.isError && <ProblemState problem={Problem.of(answer.error)} onRetry={() => void answer.refetch()} />}
      {changes === undefined ? !answer.isError && <Skeleton height={160} /> : <DifferenceList differences={changes} document={document} before={before} />}
    </>
  );
}

function marksOf(changes: readonly { part: string; how: string; what: string }[]): Marks {
  const marks = new Map<string, NodeMark>();
  for (const { part, how, what } of changes) {
    if (part === "node" && how !== "removed") marks.set(what, how === "added" ? "added" : "changed");
    const source = what.split(".")[0] ?? "";
    if (part === "edge" && !marks.has(source)) marks.set(source, "changed");
  }
  return marks;
}
