/** The way to the demo shop, from pages that stay empty until somebody waits there. */
import { Button } from "@mantine/core";
import { Store } from "lucide-react";

import { t } from "../texts/texts";

/** `isAside`: something else is the first thing to do. */
export function ShopLink({ isAside = false }: { isAside?: boolean }) {
  return (
    <Button component="a" href="/shop" size="sm" variant={isAside ? "default" : "filled"} leftSection={<Store size={15} />}>
      {t("state.shop")}
    </Button>
  );
}
