/** What the cards and edges of a canvas offer to do; a canvas that is only looked at offers nothing. */
import { createContext } from "react";

import type { Position } from "../document/journey";
import type { Outlet } from "../edits/graph";
import type { Behind } from "../panels/behind";

export interface EditActions {
  /** Choose a step to follow this outlet; the choice opens at this place on the screen. */
  pick: (after: Outlet, at: Position) => void;
  /** Write a note. */
  writeNote: (id: string, text: string) => void;
  /** A note's writing is over: what is typed next is a step of its own. */
  seal: () => void;
}

export const EditActionsContext = createContext<EditActions | null>(null);

/** Show the enrollments behind a number. */
export type ShowPeople = (behind: Behind) => void;

export const ShowPeopleContext = createContext<ShowPeople | null>(null);

/** Where something stands on the screen: the middle of its lower edge. */
export function lowerMiddle(element: Element): Position {
  const { left, width, bottom } = element.getBoundingClientRect();
  return { x: left + width / 2, y: bottom };
}
