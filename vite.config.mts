import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The console. Everything is a file beside index.html, so that a strict content security policy holds. */
export default defineConfig({
  root: "renderer",
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  build: {
    target: "chrome114",
    outDir: "../dist/renderer",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Fonts and images stay files: `font-src 'self'` allows no data: addresses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    // The console, and the commuter's own page.
    rolldownOptions: { input: ["renderer/index.html", "renderer/commuter.html"] },
  },
});
