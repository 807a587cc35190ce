// Copies what browsers load from node_modules into the package: nothing is ever fetched from another host.
import { cp, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const vendor = new URL("src/cicclo/web/static/vendor/", root);
const copied = { "node_modules/htmx.org/dist/htmx.min.js": "htmx.min.js" };

await mkdir(vendor, { recursive: true });
for (const [from, to] of Object.entries(copied)) {
  await cp(new URL(from, root), new URL(to, vendor));
  console.log(fileURLToPath(new URL(to, vendor)).slice(fileURLToPath(root).length));
}
