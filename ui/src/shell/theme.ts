/** Mantine's theme in our colours: warm neutrals and one ember accent. */
import {
  convertCssVariables,
  createTheme,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  type MantineColorsTuple,
  mergeMantineTheme,
} from "@mantine/core";

import { t } from "../texts/texts";

const EMBER: MantineColorsTuple = [
  "#fff4eb",
  "#ffe5d1",
  "#ffcaa3",
  "#ffab70",
  "#ff8a3d",
  "#f5711d",
  "#dd590a",
  "#b94606",
  "#94390a",
  "#783009",
];

/** Warm greys, light to dark: text and lines of the light scheme. */
const STONE: MantineColorsTuple = [
  "#faf9f7",
  "#f4f2ef",
  "#eae7e3",
  "#dedad5",
  "#c6c0b9",
  "#a39c94",
  "#7a736b",
  "#57514b",
  "#3a3531",
  "#211e1b",
];

/** Warm darks, text to background, in Mantine's order. */
const NIGHT: MantineColorsTuple = [
  "#e9e6e2",
  "#c9c4be",
  "#a49e97",
  "#7d7770",
  "#3d3935",
  "#302d2a",
  "#252321",
  "#1c1a19",
  "#161514",
  "#0f0e0d",
];

/** The list of options scrolls itself: it belongs to its field, whose arrow keys scroll it, as no box around it would. */
const LISTED = { defaultProps: { withScrollArea: false, styles: { options: { maxHeight: 220, overflowY: "auto", paddingInlineEnd: 4 } } } };

export const theme = createTheme({
  primaryColor: "ember",
  primaryShade: 7,
  colors: { ember: EMBER, gray: STONE, dark: NIGHT },
  black: "#211e1b",
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // An element that only takes the focus is no item of a menu, and screen readers are told of items only.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Locking the page's scroll would take a style element, which the content security policy refuses.
    Modal: { defaultProps: { lockScroll: false, radius: "lg", closeButtonProps: { "aria-label": t("dialog.close") } } },
    Autocomplete: LISTED,
    MultiSelect: LISTED,
    Select: LISTED,
    TagsInput: LISTED,
  },
});

/**
 * Adopts the theme's CSS variables as a constructed style sheet. Mantine would print a style element, which a content
 * security policy without 'unsafe-inline' refuses.
 */
export function adoptTheme(root: Document): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme))));
  root.adoptedStyleSheets.push(sheet);
}
