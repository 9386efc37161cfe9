/** An instant: how long ago it was, and on hover exactly when, here and where the profile is. */
import { Tooltip } from "@mantine/core";

import { agoWords, exactWords, viewerZone } from "../texts/times";
import { t } from "../texts/texts";
import { useNow } from "./useNow";

interface Props {
  at: string;
  /** The profile's zone, where the instant is hers. */
  zone?: string | null | undefined;
  /** What to show instead of how long ago it was. */
  children?: string;
}

export function Moment({ at, zone, children }: Props) {
  const now = useNow();
  return (
    <Tooltip label={<ExactTimes at={at} zone={zone} />} openDelay={250} multiline>
      <time dateTime={at} className="numbers">
        {children ?? agoWords(at, now)}
      </time>
    </Tooltip>
  );
}

function ExactTimes({ at, zone }: { at: string; zone: string | null | undefined }) {
  const here = viewerZone();
  return (
    <span className="numbers">
      {t("time.here", { at: exactWords(at, here), zone: here })}
      {zone != null && (
        <>
          <br />
          {t("time.profile", { at: exactWords(at, zone), zone })}
        </>
      )}
    </span>
  );
}
