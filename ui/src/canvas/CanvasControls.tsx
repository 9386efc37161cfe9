/** Zoom in, zoom out, everything in view. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { Panel, useReactFlow } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";

import { t } from "../texts/texts";
import styles from "./JourneyCanvas.module.css";

const GLIDE = { duration: 180 };

export function CanvasControls() {
  const flow = useReactFlow();
  const controls = [
    { label: t("canvas.zoomIn"), icon: Plus, act: () => flow.zoomIn(GLIDE) },
    { label: t("canvas.zoomOut"), icon: Minus, act: () => flow.zoomOut(GLIDE) },
    { label: t("canvas.fit"), icon: Maximize, act: () => flow.fitView({ ...GLIDE, padding: 0.12, maxZoom: 1 }) },
  ];
  return (
    <Panel position="bottom-left" className={styles.controls}>
      {controls.map(({ label, icon: Icon, act }) => (
        <Tooltip key={label} label={label} position="right">
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={label} onClick={() => void act()}>
            <Icon size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      ))}
    </Panel>
  );
}
