// Copies what browsers load from node_modules into the package: nothing is ever fetched from another host.
import { cp, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const vendor = new URL("src/cicclo/web/static/vendor/", root);
// MapLibre as its builds for a strict content security policy: the worker is a file of ours, not a blob
const copied = {
  "node_modules/htmx.org/dist/htmx.min.js": "htmx.min.js",
  "node_modules/maplibre-gl/dist/maplibre-gl-csp.js": "maplibre-gl-csp.js",
  "node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js": "maplibre-gl-csp-worker.js",
  "node_modules/maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
  "node_modules/maplibre-gl/LICENSE.txt": "maplibre-gl.LICENSE.txt",
};

await mkdir(vendor, { recursive: true });
for (const [from, to] of Object.entries(copied)) {
  await cp(new URL(from, root), new URL(to, vendor));
  console.log(fileURLToPath(new URL(to, vendor)).slice(fileURLToPath(root).length));
}
