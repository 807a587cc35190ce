// Ask a service from a page of another origin in headless Chromium; JSON in, JSON out.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const asked = JSON.parse(readFileSync(0, "utf8"));
const site = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html><title>other</title>"));
await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
const profile = await mkdtemp(join(tmpdir(), "cicclo-cors-"));
const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const context = await chromium.launchPersistentContext(profile, { executablePath: asked.chromium, headless: true, chromiumSandbox: false, args });
try {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  const answers = await page.evaluate(async (requests) => {
    const seen = [];
    for (const { name, url, init, headers } of requests) {
      try {
        const answer = await fetch(url, init);
        const body = answer.status === 304 || init?.method === "HEAD" ? "" : await answer.text();
        const read = Object.fromEntries(headers.map((header) => [header, answer.headers.get(header)]));
        seen.push({ name, status: answer.status, length: body.length, headers: read });
      } catch (error) {
        seen.push({ name, error: String(error) });
      }
    }
    return seen;
  }, asked.requests);
  console.log(JSON.stringify(answers));
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
  site.close();
}
