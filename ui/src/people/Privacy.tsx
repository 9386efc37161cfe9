/** What a person may ask for: a copy of all that is kept about her, and that it goes. */
import { Button } from "@mantine/core";
import { Download } from "lucide-react";

import { api, read } from "../client/api";
import { queryClient } from "../client/queryClient";
import { useSession } from "../shell/session";
import { t } from "../texts/texts";
import { ActButton } from "../why/ActButton";

export function Privacy({ profileId }: { profileId: string }) {
  const may = useSession().data?.permissions ?? [];
  const path = { profile_id: profileId };
  const erase = async (reason: string) => {
    await read(api.POST("/v1/profiles/{profile_id}/erase", { params: { path }, body: { reason } }));
    await queryClient.invalidateQueries();
  };
  return (
    <>
      {may.includes("export_people") && (
        <Button
          component="a"
          href={`/v1/profiles/${encodeURIComponent(profileId)}/export`}
          download
          variant="default"
          size="xs"
          leftSection={<Download size={14} aria-hidden="true" />}
        >
          {t("privacy.export")}
        </Button>
      )}
      {may.includes("erase_people") && <ActButton label={t("privacy.erase")} detail={t("privacy.eraseDetail")} isGrave onAct={erase} />}
    </>
  );
}
