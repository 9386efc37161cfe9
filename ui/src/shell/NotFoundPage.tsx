/** No such address. */
import { Compass } from "lucide-react";

import { t } from "../texts/texts";
import { EmptyState } from "./EmptyState";
import { PageTitle } from "./PageTitle";
import { WayOut } from "./WayOut";

export function NotFoundPage() {
  return (
    <>
      <PageTitle>{t("notFound.title")}</PageTitle>
      <EmptyState heading="h1" icon={Compass} title={t("notFound.title")} detail={t("notFound.detail")}>
        <WayOut to="/journeys">{t("notFound.home")}</WayOut>
      </EmptyState>
    </>
  );
}
