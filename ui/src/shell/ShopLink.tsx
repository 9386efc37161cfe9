/** The way to the demo shop, from pages that stay empty until somebody waits there. */
import { Button } from "@mantine/core";
import { Store } from "lucide-react";

import { t } from "../texts/texts";

export function ShopLink() {
  return (
    <Button component="a" href="/shop" size="sm" leftSection={<Store size={15} />}>
      {t("state.shop")}
    </Button>
  );
}
