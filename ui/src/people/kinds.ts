/** The kinds of things that happen to a profile, with their pictures, in the order of the filter. */
import {
  BellPlus,
  CircleUserRound,
  ListPlus,
  type LucideIcon,
  MousePointerClick,
  PackageCheck,
  Route,
  Send,
  ShieldCheck,
  ShoppingBag,
  SkipForward,
  Undo2,
  Zap,
} from "lucide-react";

import type { TimelineKind } from "../client/types";

export const KIND_ICONS: Readonly<Record<TimelineKind, LucideIcon>> = {
  event: Zap,
  order: ShoppingBag,
  waitlist: ListPlus,
  restock: PackageCheck,
  enrollment: Route,
  send: Send,
  skip: SkipForward,
  bounce: Undo2,
  click: MousePointerClick,
  consent: ShieldCheck,
  subscription: BellPlus,
  staff: CircleUserRound,
};

export const KINDS = Object.keys(KIND_ICONS) as readonly TimelineKind[];

export function kindFrom(text: string | null): TimelineKind | null {
  return KINDS.find((kind) => kind === text) ?? null;
}
