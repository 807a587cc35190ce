// Opens pages in headless Chromium at two widths, runs axe on each, and may photograph them.
// Reads {chromium, pages: [{name, url}], shots, password, base} on stdin; writes the violations as JSON on stdout, and
// for each page with a map how many features of each of its sources the map shows.
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const asked = JSON.parse(readFileSync(0, "utf8"));
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const profile = await mkdtemp(join(tmpdir(), "cicclo-browser-"));
const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]; // maps are drawn by the processor
// bypassCSP lets axe in, for it only; a page's own refusals are gathered in a first visit without it
const errors = [];
const violations = [];
const maps = {};
let visited = 0;

for (const bypassCSP of [false, true]) {
  const context = await chromium.launchPersistentContext(join(profile, String(bypassCSP)), {
    executablePath: asked.chromium, headless: true, chromiumSandbox: false, args, bypassCSP,
  });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && errors.push(`${page.url()} ${message.text()}`));
  page.on("pageerror", (error) => errors.push(`${page.url()} ${error}`));
  page.on("request", (request) => new URL(request.url()).origin === new URL(asked.base).origin || request.url().startsWith("data:") || errors.push(`${page.url()} asked ${request.url()}`));
  if (asked.password) {
    await page.goto(`${asked.base}/connexion`);
    await page.fill("#password", asked.password);
    await page.click("main button");
  }
  for (const { name, url, scheme } of asked.pages) {
    for (const [width, height] of [[1280, 900], [390, 844]]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme ?? "light" });
      await page.goto(asked.base + url);
      visited += 1;
      if (!bypassCSP && (await page.$("[data-map]"))) {
        await page.waitForSelector("[data-map][data-ready]", { timeout: 60000 });
        maps[`${name}-${width}`] = await page.evaluate(() => {
          const counts = {};
          for (const { source } of document.querySelector("[data-map]").map?.queryRenderedFeatures() ?? []) counts[source] = (counts[source] ?? 0) + 1;
          return counts;
        });
      }
      if (!bypassCSP) {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (overflow > 0) violations.push({ page: name, width, id: "page-scrolls-sideways", impact: "serious", nodes: [`${overflow}px`] });
        if (asked.shots) await page.screenshot({ path: join(asked.shots, `${name}-${width}.png`), fullPage: asked.full ?? false });
        continue;
      }
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      for (const { id, impact, nodes } of found.violations)
        violations.push({ page: name, width, id, impact, nodes: nodes.map((node) => node.html.slice(0, 200)) });
    }
  }
  await context.close();
}
await rm(profile, { recursive: true, force: true });
console.log(JSON.stringify({ visited, violations, maps, errors: [...new Set(errors)] }));
