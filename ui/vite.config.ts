import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { staticIcons } from "./static-icons.ts";

export default defineConfig({
  plugins: [staticIcons(), svelte()],
  // Tests need the client build of Svelte, which the "browser" condition picks.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  build: {
    target: "safari15",
    // The strict CSP of the window has no "data:" outside images.
    assetsInlineLimit: 0,
    // One style sheet, so that rules apply in the same order whichever screen is opened first.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    // One file for all that the first paint needs: each file is a request to the process that also answers its commands.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    // Tests must not fail because the machine is busy.
    testTimeout: 30_000,
  },
});
