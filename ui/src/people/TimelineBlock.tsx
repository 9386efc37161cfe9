/**
 * Rows of one page and day. They are drawn while they are near what is looked at; elsewhere an empty list keeps their
 * place, so that a hundred thousand rows cost no more than a hundred, and headings and links work as in any document.
 */
import { memo, useRef } from "react";

import type { Block } from "./timeline";
import { TimelineRow } from "./TimelineRow";
import { useNear } from "./useNear";

interface Props {
  block: Block;
  zone: string | null | undefined;
  /** The row that is linked to; its block is always drawn. */
  linked: string | null;
}

export const TimelineBlock = memo(function TimelineBlock({ block, zone, linked }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const { isNear, height } = useNear(list);
  const isDrawn = isNear || block.items.some(({ id }) => id === linked);
  return (
    <ol ref={list} style={isDrawn ? undefined : { height }} aria-hidden={!isDrawn || undefined}>
      {isDrawn && block.items.map((item) => <TimelineRow key={item.id} item={item} zone={zone} isLinked={item.id === linked} />)}
    </ol>
  );
});
