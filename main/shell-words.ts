/** What the shell says itself, when no page may be there to say it. */
export interface ShellWords {
  readonly notSaved: string;
  readonly stay: string;
  readonly leave: string;
  readonly hostDied: string;
  /** Beneath: what is lost. */
  readonly sinceLastSave: string;
  readonly pageDied: string;
  readonly restart: string;
  readonly reload: string;
  readonly quit: string;
}

const english: ShellWords = {
  notSaved: "The session could not be saved.",
  stay: "Stay",
  leave: "Quit without saving",
  hostDied: "The city's engine has stopped unexpectedly.",
  sinceLastSave: "What was done since the last save is lost.",
  pageDied: "The console's page has stopped unexpectedly, twice within seconds. The session goes on.",
  restart: "Restart",
  reload: "Load it again",
  quit: "Quit",
};

const french: ShellWords = {
  notSaved: "La session n’a pas pu être enregistrée.",
  stay: "Rester",
  leave: "Quitter sans enregistrer",
  hostDied: "Le moteur de la ville s’est arrêté de façon inattendue.",
  sinceLastSave: "Ce qui a été fait depuis le dernier enregistrement est perdu.",
  pageDied:
    "La page de la console s’est arrêtée de façon inattendue, deux fois en quelques secondes. La session continue.",
  restart: "Redémarrer",
  reload: "La recharger",
  quit: "Quitter",
};

/** @param locale the system's, e.g. "fr-CA" */
export function shellWordsOf(locale: string): ShellWords {
  return locale.toLowerCase().split("-")[0] === "fr" ? french : english;
}
