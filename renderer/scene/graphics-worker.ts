import { looksLikeSoftware } from "./graphics-look";

// The thread that waits for the browser's graphics to start, while the page's thread reads the console's program.

self.postMessage(looksLikeSoftware(new OffscreenCanvas(1, 1)));
