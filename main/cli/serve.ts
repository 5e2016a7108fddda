import path from "node:path";
import { describeFailure } from "../../common/result";
import { serveBrowser } from "../host/browser-server";
import { openConsoleService } from "../host/console-service";
import { openEnsemblePool } from "../host/ensemble-pool";
import { dataFolder } from "../host/folders";
import { parseLaunch } from "../host/launch-options";
import { openOperatorKey } from "../host/operator-key";
import { rendererDirectory } from "../host/worker-files";
import { done, unusable, type Command } from "./command";

export const serve: Command = {
  usage: "serve [CITY] [--people N] [--seed N] [--at HH:MM] [--port N]",
  summary: "serves the console to a browser on this computer, until stopped",
  run: async (argv, io) => {
    const launch = parseLaunch(argv);
    if (!launch.ok) return unusable(launch.error);
    const { source, people, seed, showFromS, port } = launch.value;
    const service = openConsoleService({
      source,
      session: { seed, people, showFromS },
      operator: openOperatorKey(path.join(dataFolder("keys"), "operator.json"), undefined),
      pool: openEnsemblePool(),
      fallsBack: false,
    });
    const first = await service.ready;
    if (!first.ok) return unusable(first.error);
    try {
      const server = await serveBrowser(service, rendererDirectory(), port);
      io.note(`Pendulaire is at ${server.url}`);
      io.note("The link opens in one browser, once. Ctrl-C ends the session.");
      await io.interrupted;
      await server.close();
      return done({ url: server.url }, "The session is closed.");
    } catch (error) {
      return unusable({
        message: describeFailure({ message: error instanceof Error ? error.message : String(error) }),
        where: `port ${port}`,
      });
    } finally {
      await service.close();
    }
  },
};
