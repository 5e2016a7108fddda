import { describe } from "vitest";
import { openInElectron } from "./support/consoles";
import { testMainJob } from "./support/main-job";
import { electronFile } from "./support/test-machine";

describe("the main job in electron", () => testMainJob("electron", electronFile, openInElectron));
