// Packages the built console into release/ as a folder that starts: `node build/package.mjs`.
import { build, Platform } from "electron-builder";
import { setUp } from "./setup.mjs";
import { electronVersion } from "./electron.mjs";

setUp();
const otherDist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
await build({
  targets: Platform.LINUX.createTarget("dir"),
  publish: "never",
  config: {
    extends: "electron-builder.yml",
    electronVersion: process.env.PENDULAIRE_ELECTRON_VERSION ?? electronVersion(),
    // A runtime that lies on this machine, where Electron's own download is out of reach: for tests, never for release.
    ...(otherDist === undefined ? {} : { electronDist: otherDist }),
  },
});
