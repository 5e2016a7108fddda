import { accessSync, constants } from "node:fs";
import path from "node:path";
import type { CitySource } from "../../common/console-api";
import { describeFailure, fail, messageOf, succeed, type Result } from "../../common/result";
import { sayInEnglish } from "../../common/said";
import { serveBrowser, type BrowserServer } from "../host/browser-server";
import { openConsoleService, type ConsoleService } from "../host/console-service";
import { openEnsemblePool } from "../host/ensemble-pool";
import { failReading } from "../host/file-reading";
import { checkDataDirectory, dataFolder } from "../host/folders";
import { parseLaunch } from "../host/launch-options";
import { openOperatorKey } from "../host/operator-key";
import { rendererDirectory } from "../host/worker-files";
import { cityHelp, done, unusable, type Command } from "./command";

export const serve: Command = {
  usage: "serve [CITY | SAVE] [--people N] [--seed N] [--at HH:MM] [--port N] [--ledger URL,… [--trust HEIGHT:HASH]]",
  summary: "serves the console to a browser on this computer, until stopped",
  details: [cityHelp, "SAVE: the folder of a saved session, or its file session.pendulaire."],
  run: async (argv, io) => {
    const launch = parseLaunch(argv);
    if (!launch.ok) return unusable(launch.error);
    const home = checkDataDirectory();
    if (!home.ok) return unusable(home.error);
    const { source, people, seed, showFromS, port, ledger } = launch.value;
    const there = checkThere(source);
    if (!there.ok) return unusable(there.error);
    // The port first: a browser sees how far the city is, and a port that is taken is known at once.
    const begin = (): ConsoleService => {
      const steps = new Map<string, (done: number, total: number) => void>();
      return openConsoleService({
        source,
        session: { seed, people, showFromS, ledger },
        operator: openOperatorKey(path.join(dataFolder("keys"), "operator.json"), undefined),
        pool: openEnsemblePool(),
        fallsBack: false,
        commuterLink: () => servedBy().commuterLink(),
        onProgress: ({ task, said, done, total }) => {
          const tell = steps.get(task) ?? io.progress(sayInEnglish(said));
          steps.set(task, tell);
          tell(done, total);
        },
      });
    };
    const served: { by?: BrowserServer } = {};
    const servedBy = (): BrowserServer => {
      if (served.by === undefined) throw new Error("broken invariant: who asks for a link came by the server");
      return served.by;
    };
    const opened = await openServer(begin, port, () => io.note(`That browser has gone. Another link: ${link()}`));
    if (!opened.ok) return unusable(opened.error);
    const { server, service } = opened.value;
    served.by = server;
    const link = () => server.link();
    const url = link();
    io.note(`Pendulaire is at ${url}`);
    io.note("A link opens in one browser, once. Enter gives another one; Ctrl-C ends the session.");
    const stopLinks = io.onEnter(() => io.note(link()));
    try {
      const first = await Promise.race([service.ready, io.interrupted.then(() => undefined)]);
      if (first?.ok === false) return unusable(first.error);
      await io.interrupted;
      const kept = await service.keep();
      if (!kept.ok) io.note(`The session could not be saved: ${describeFailure(kept.error)}`);
      const savedAs = kept.ok ? kept.value : null;
      return done(
        { url, savedAs },
        savedAs === null ? "The session is closed." : `The session is closed, and saved: ${savedAs}`,
      );
    } finally {
      stopLinks();
      await server.close();
      await service.close();
    }
  },
};

/** Asked before there is a link: nobody opens one to a city that cannot be. */
function checkThere(source: CitySource): Result<void> {
  if (source.kind !== "file") return succeed(undefined);
  try {
    accessSync(source.path, constants.R_OK);
    return succeed(undefined);
  } catch (error) {
    return failReading(error, source.path);
  }
}

/** Nothing is opened on a port that is not to be had. */
async function openServer(
  begin: () => ConsoleService,
  port: number,
  onAbandoned: () => void,
): Promise<Result<{ readonly server: BrowserServer; readonly service: ConsoleService }>> {
  let service: ConsoleService | undefined;
  try {
    const server = await serveBrowser(() => (service ??= begin()), rendererDirectory(), port, onAbandoned);
    return succeed({ server, service: (service ??= begin()) });
  } catch (error) {
    return fail(messageOf(error), `port ${port}`);
  }
}
