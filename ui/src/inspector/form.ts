/** What every form of the inspector is given, and how it finds the problem that belongs to a field. */
import type { JourneyDocument, NodeOf, NodeType } from "../document/journey";
import type { ProblemItem } from "../client/types";
import { createContext, useContext } from "react";

export interface FormProps<Type extends NodeType> {
  node: NodeOf<Type>;
  document: JourneyDocument;
  /** Change fields of the node. Changes of the same field in a row are one step of undo. */
  change: (fields: Partial<NodeOf<Type>>, field: string) => void;
}

/** The problems of the node whose form this is. */
export const NodeProblemsContext = createContext<readonly ProblemItem[]>([]);

/** What is wrong at this field or inside it, in words. */
export function useFieldProblem(): (field: string) => string | undefined {
  const problems = useContext(NodeProblemsContext);
  return (field) => problems.find((problem) => problem.field === field || problem.field?.startsWith(`${field}.`))?.message;
}
