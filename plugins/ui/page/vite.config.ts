import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./", // a server may put the page below a prefix
  build: {
    outDir: "../src/runyard_ui/static",
    emptyOutDir: true,
    assetsDir: "static",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: true,
  },
  server: { proxy: { "/ajax-api": "http://127.0.0.1:5000", "/get-artifact": "http://127.0.0.1:5000" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
