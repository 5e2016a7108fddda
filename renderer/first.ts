import { startGraphics } from "./scene/software-drawing";

// The graphics start while the console's program, a hundred times as long, is read.

startGraphics();
void import("./main");
