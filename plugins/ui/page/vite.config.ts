import { defineConfig } from "vitest/config";

// Where `npm run dev` finds a server: RUNYARD_SERVER=http://127.0.0.1:5000
const server = process.env["RUNYARD_SERVER"] ?? "http://127.0.0.1:5000";
const proxied = ["/ajax-api", "/get-artifact", "/model-versions", "/version"];

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
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, { target: server, changeOrigin: true }])) },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
