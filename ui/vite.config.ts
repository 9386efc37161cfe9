import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API; the built UI is served by the API itself. */
const api = process.env["WAITLINE_API"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: Object.fromEntries(["/v1", "/shop", "/storefront", "/c"].map((path) => [path, { target: api }])),
  },
  build: {
    outDir: "dist",
    target: "es2023",
    cssTarget: ["chrome125", "firefox128", "safari17.5"],
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or fonts
    chunkSizeWarningLimit: 700, // kB before compression; a browser test holds the first load to 250 kB after it
  },
  test: {
    environment: "node", // a test that needs a page says so in its first line
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    setupFiles: ["src/texts/pages.ts", "src/texts/editing.ts"],
  },
});
