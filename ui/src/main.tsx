/** The browser starts here. */
import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "./shell/theme.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./shell/App";
import { adoptTheme } from "./shell/theme";
import { language } from "./texts/language";

const container = document.querySelector("#root");
if (container === null) throw new Error("index.html has no element #root");

document.documentElement.lang = language;
adoptTheme(document);
createRoot(container).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
