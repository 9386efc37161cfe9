/** No such address. */
import { Button } from "@mantine/core";
import { Compass } from "lucide-react";
import { Link } from "react-router";

import { t } from "../texts/texts";
import { EmptyState } from "./EmptyState";
import { PageTitle } from "./PageTitle";

export function NotFoundPage() {
  return (
    <>
      <PageTitle>{t("notFound.title")}</PageTitle>
      <EmptyState icon={Compass} title={t("notFound.title")} detail={t("notFound.detail")}>
        <Button component={Link} to="/journeys" size="sm">
          {t("notFound.home")}
        </Button>
      </EmptyState>
    </>
  );
}
