/** Names of the channels between a window's page and the main process. */
export const channels = {
  consolePort: "console-port",
  pickCityFile: "pick-city-file",
} as const;

/** What the preload script posts to its page together with the port. */
export const consolePortMessage = "pendulaire-port";
