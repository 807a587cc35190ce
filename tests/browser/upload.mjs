// Sends a file with the page's form, as a person does, and notes what the pages show meanwhile.
// Reads {chromium, base, password, file, fields, shots, name, scripts} on stdin; writes what was seen as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const asked = JSON.parse(readFileSync(0, "utf8"));
const browser = await chromium.launch({
  executablePath: asked.chromium, headless: true, chromiumSandbox: false,
  args: ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: asked.scripts ?? true });
const page = await context.newPage();
const errors = [];
page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
page.on("pageerror", (error) => errors.push(String(error)));
const shoot = async (part) => asked.shots && (await page.screenshot({ path: join(asked.shots, `${asked.name}-${part}.png`) }));
if (asked.password) {
  await page.goto(`${asked.base}/connexion`);
  await page.fill("#password", asked.password);
  await page.click("main button");
}
await page.goto(`${asked.base}/validations?lang=${asked.lang ?? "fr"}`);
for (const [name, value] of Object.entries(asked.fields ?? {})) {
  const field = page.locator(`[name=${name}]`);
  if (!(await field.isVisible())) await page.click("form summary");
  if (typeof value === "boolean") await field.check();
  else if (name.endsWith("_file")) await field.setInputFiles(value);
  else await field.fill(value);
}
await page.setInputFiles("#file", asked.file);
const sending = new Set();
if (asked.scripts !== false) {
  await page.exposeFunction("noted", (text) => sending.add(text));
  await page.evaluate(() => {
    const said = document.querySelector("[data-sending-state] p");
    new MutationObserver(() => globalThis.noted(said.textContent)).observe(said, { childList: true, characterData: true, subtree: true });
  });
}
const started = Date.now();
const validating = new Set();
await page.click("form.upload > button", { noWaitAfter: true });
let photographed = 0;
let livePhotographed = 0;
for (;;) {
  const path = new URL(page.url()).pathname;
  const seen = await page
    .evaluate(() => ({
      sent: document.querySelector("[data-sending-state]:not([hidden]) p")?.textContent ?? "",
      share: document.querySelector("[data-sending-state] progress")?.getAttribute("value") ?? "",
      status: document.querySelector("#progress [role=status]")?.textContent.trim() ?? "",
      problem: document.querySelector("[data-upload-problem]:not([hidden])")?.textContent ?? "",
      over: !!document.querySelector(".summary .verdict") || !!document.querySelector(".cards") || !!document.querySelector("#progress .failed"),
    }))
    .catch(() => null); // between two pages
  if (seen?.status) validating.add(seen.status);
  if (seen?.sent && !photographed++) await shoot("sending");
  if (seen?.status.includes("%") && !livePhotographed++) await shoot("live");
  if (seen?.over || seen?.problem || Date.now() - started > (asked.most ?? 60) * 1000) {
    console.log(JSON.stringify({ path, seconds: (Date.now() - started) / 1000, sending: [...sending], validating: [...validating], problem: seen?.problem ?? "", text: await page.innerText("main"), errors }));
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, asked.scripts === false ? 300 : 40));
  if (asked.scripts === false && path !== "/validations") await page.reload();
}
await browser.close();
