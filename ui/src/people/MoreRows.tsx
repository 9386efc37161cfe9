/** The end of what was read of a timeline: reads on by itself when one comes near, or when it is asked to. */
import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";

import { t } from "../texts/texts";
import type { TimelineQuery } from "./useTimeline";
import { useNear } from "./useNear";

export function MoreRows({ timeline }: { timeline: TimelineQuery }) {
  const button = useRef<HTMLButtonElement>(null);
  const { isNear } = useNear(button);
  const { isFetchingNextPage, isFetchNextPageError, fetchNextPage } = timeline;
  const mustReadOn = isNear && !isFetchingNextPage && !isFetchNextPageError;

  useEffect(() => {
    if (mustReadOn) void fetchNextPage();
  }, [mustReadOn, fetchNextPage]);

  return (
    <Button ref={button} variant="default" size="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {t("timeline.more")}
    </Button>
  );
}
