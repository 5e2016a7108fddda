#!/usr/bin/env node
// `npx pendulaire …`: the command line, which is built first where nothing was built yet.
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root, setUp } from "./setup.mjs";

const program = path.join(root, "dist/main/pendulaire.cjs");
if (!existsSync(program)) setUp();
await import(pathToFileURL(program).href);
