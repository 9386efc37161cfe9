/** What the page in view can do: it lends its commands to ⌘K for as long as it is there. */
import type { LucideIcon } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";

export interface PageAction {
  id: string;
  label: string;
  detail?: string;
  icon: LucideIcon;
  perform: () => void;
}

const NONE: readonly PageAction[] = [];
const listeners = new Set<() => void>();
let offered: () => readonly PageAction[] = () => NONE;
let current = NONE;

/** Offer these while the page is mounted. They are read anew each time the finder opens. */
export function useOfferActions(actions: () => readonly PageAction[]): void {
  useEffect(() => {
    offered = actions;
    return () => {
      offered = () => NONE;
    };
  }, [actions]);
}

/** The actions as they are now; a finder that opens asks for a fresh reading. */
export function usePageActions(): readonly PageAction[] {
  useEffect(() => {
    current = offered();
    for (const listen of listeners) listen();
  }, []);
  return useSyncExternalStore(
    (listen) => {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    () => current,
  );
}
