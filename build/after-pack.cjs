// Electron's own start page must not lie beside the packaged app.
const { rmSync } = require("node:fs");
const path = require("node:path");

exports.default = (context) => rmSync(path.join(context.appOutDir, "resources/default_app.asar"), { force: true });
