/** What the engine says of the draft: its problems, asked again when the author pauses. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { NodeProblem, Problems } from "../canvas/flow";
import { api, read } from "../client/api";
import type { ProblemItem } from "../client/types";
import type { JourneyDocument } from "../document/journey";

const TYPING_PAUSE_MS = 300;
const NONE: readonly ProblemItem[] = [];

export interface Checks {
  problems: readonly ProblemItem[];
  byNode: Problems;
  /** Whether the answer is still awaited, or is about an earlier state of the document. */
  isPending: boolean;
}

export function useChecks(journeyId: string, document: JourneyDocument): Checks {
  const [settled] = useDebouncedValue(document, TYPING_PAUSE_MS);
  const answer = useQuery({
    queryKey: ["journeys", journeyId, "problems", stateNumber(settled)],
    queryFn: () => read(api.POST("/v1/journeys/validate", { body: { document: { ...settled }, journey: journeyId } })),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const problems = answer.data?.problems ?? NONE;
  const byNode = useMemo(() => worstByNode(problems), [problems]);
  return { problems, byNode, isPending: answer.isPlaceholderData || answer.isPending || settled !== document };
}

const numbers = new WeakMap<JourneyDocument, number>();
let count = 0;

/** A number for each state of a document: as a key, the document itself would be written out for each draw. */
function stateNumber(document: JourneyDocument): number {
  const number = numbers.get(document) ?? (count += 1);
  numbers.set(document, number);
  return number;
}

/** The sign that a card bears: the first blocking problem, else the first warning. */
function worstByNode(problems: readonly ProblemItem[]): Problems {
  const found = new Map<string, NodeProblem>();
  for (const { node, severity, message } of problems) {
    if (node === null) continue;
    const isBlocking = severity === "blocking";
    const known = found.get(node);
    if (known === undefined || (isBlocking && !known.isBlocking)) found.set(node, { isBlocking, words: message });
  }
  return found;
}
