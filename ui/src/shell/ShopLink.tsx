/** The way to the demo shop, where there is one, from pages that stay empty until somebody waits there. */
import { Button } from "@mantine/core";
import { Store } from "lucide-react";

import { t } from "../texts/texts";
import { useSession } from "./session";

/** `isAside`: something else is the first thing to do. */
export function ShopLink({ isAside = false }: { isAside?: boolean }) {
  if (useSession().data?.has_shop !== true) return null;
  return (
    <Button component="a" href="/shop" size="sm" variant={isAside ? "default" : "filled"} leftSection={<Store size={15} />}>
      {t("state.shop")}
    </Button>
  );
}
