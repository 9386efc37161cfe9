/** Whether an element is near what is looked at of the page, and how high it was when it last was. */
import { type RefObject, useEffect, useState } from "react";

const MARGIN = "900px 0px";

export interface Near {
  isNear: boolean;
  height: number;
}

/** An element counts as near until it was seen to be far. */
export function useNear(element: RefObject<HTMLElement | null>): Near {
  const [near, setNear] = useState<Near>({ isNear: true, height: 0 });
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last === undefined) return;
        const { height } = last.boundingClientRect;
        setNear((before) => {
          if (last.isIntersecting) return before.isNear ? before : { ...before, isNear: true };
          return before.isNear ? { isNear: false, height } : before;
        });
      },
      { root: element.current.closest("main"), rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return near;
}
