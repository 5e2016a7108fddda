import { describe } from "vitest";
import { openInChromium } from "./support/consoles";
import { testMainJob } from "./support/main-job";
import { chromiumFile } from "./support/test-machine";

describe("the main job in chromium", () => testMainJob("chromium", chromiumFile, openInChromium));
