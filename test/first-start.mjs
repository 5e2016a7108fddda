// Checks the first of the README's two commands in a fresh clone: `npm start` sets up all that is missing and reaches a
// console with moving vehicles. `node test/first-start.mjs` in the clone; needs a Chromium at CHROMIUM (/usr/bin/chromium).
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const patienceMs = 8 * 60 * 1000;
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

if (existsSync(path.join(root, "node_modules"))) {
  console.error("this is no fresh clone: node_modules is there already");
  process.exit(2);
}

const begunMs = Date.now();
const start = spawn("npm", ["start", "--", "--browser"], {
  cwd: root,
  stdio: ["ignore", "inherit", "pipe"],
  detached: true,
});
const url = await new Promise((resolve, reject) => {
  let text = "";
  const timer = setTimeout(() => reject(new Error(`no address after ${patienceMs} ms`)), patienceMs);
  start.once("exit", (code) => reject(new Error(`npm start ended with ${code}`)));
  start.stderr.on("data", (chunk) => {
    process.stderr.write(chunk);
    text += chunk;
    const found = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(text);
    if (!found) return;
    clearTimeout(timer);
    resolve(found[0]);
  });
}).catch((error) => error);

let failure = url instanceof Error ? url.message : undefined;
if (failure === undefined) {
  const { chromium: browsers } = createRequire(path.join(root, "package.json"))("playwright-core");
  const browser = await browsers.launch({
    executablePath: chromium,
    args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url, { timeout: 120_000 });
    await page.waitForFunction(
      () => globalThis.pendulaireConsole?.vehiclesDrawn() > 0 && globalThis.pendulaireConsole.movedM() > 0,
      undefined,
      { timeout: 120_000 },
    );
    console.log(`npm start reached moving vehicles after ${Math.round((Date.now() - begunMs) / 1000)} s`);
  } catch (error) {
    failure = error.message;
  } finally {
    await browser.close();
  }
}
process.kill(-start.pid, "SIGTERM");
if (failure !== undefined) console.error(`npm start: ${failure}`);
process.exit(failure === undefined ? 0 : 1);
