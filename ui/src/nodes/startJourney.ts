import { Route } from "lucide-react";

import { t } from "../texts/texts";
import { nextOutlet, type NodeFace, titleOr, typeTitle } from "./face";
import { journeyName } from "./journeyNames";

export const startJourney: NodeFace<"start_journey"> = {
  icon: () => Route,
  tint: "change",
  title: (node) => titleOr(node, typeTitle("start_journey")),
  summary: ({ journey }) =>
    journey === "" ? t("node.start_journey.open") : t("node.start_journey.start", { journey: journeyName(journey) ?? journey }),
  outlets: nextOutlet,
  counts: ["entered", "passed"],
  fresh: (id) => ({ id, type: "start_journey", journey: "" }),
};
