/** The frame around every staff page: navigation, search, and the place for the page. */
import { useDisclosure } from "@mantine/hooks";
import { Suspense } from "react";
import { Outlet, useNavigation } from "react-router";

import type { Session } from "../client/types";
import { t } from "../texts/texts";
import { Finder } from "./Finder";
import { KillSwitchBanner } from "./KillSwitch";
import { Navigation } from "./Navigation";
import { PageLoading } from "./PageLoading";
import styles from "./Shell.module.css";

export function Shell({ session }: { session: Session }) {
  const navigation = useNavigation();
  const [isFinderOpen, finder] = useDisclosure();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#page">
        {t("shell.skip")}
      </a>
      <Navigation session={session} onSearch={finder.open} />
      <div className={styles.stage}>
        <KillSwitchBanner />
        <main id="page" tabIndex={-1} className={styles.page} aria-busy={navigation.state === "loading"}>
          <Suspense fallback={<PageLoading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Finder isOpen={isFinderOpen} onOpen={finder.open} onClose={finder.close} />
    </div>
  );
}
