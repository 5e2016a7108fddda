// `npm start [-- [--browser] [CITY] [options]]`: sets up what is missing and opens the console.
import { spawn } from "node:child_process";
import path from "node:path";
import { root, setUp } from "./setup.mjs";

setUp();
const { findElectron } = await import("./electron.mjs");

const wantsBrowser = process.argv.includes("--browser");
const rest = process.argv.slice(2).filter((argument) => argument !== "--browser");
const electron = wantsBrowser ? { reason: "as asked" } : findElectron({ download: true });
const [program, args] =
  electron.binary === undefined
    ? [
        process.execPath,
        [
          path.join(root, "dist/main/pendulaire.cjs"),
          "serve",
          ...rest.filter((argument) => argument !== "--no-sandbox"),
        ],
      ]
    : [
        electron.binary,
        [
          ...rest.filter((argument) => argument === "--no-sandbox"),
          root,
          ...rest.filter((argument) => argument !== "--no-sandbox"),
        ],
      ];
if (electron.binary === undefined) console.error(`The console is served to a browser: ${electron.reason}.`);

const child = spawn(program, args, { cwd: process.cwd(), stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
