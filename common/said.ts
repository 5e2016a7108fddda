import { alarmForms, englishAlarms } from "./said-alarms";

/**
 * What the host says to a person: a code with its arguments. Whoever shows it has the words, in their language; the
 * English ones are here, for the command line, for logs and for whoever has no others.
 *
 * `text` is verbatim (a name, a path), `said` another saying inside this one, `timeS` seconds since midnight.
 */
const argumentForms = {
  /** Words that have no code of their own: they are shown as they are. */
  words: { text: "text" },
  /** A reason with the file, field or element that it is about. */
  at: { where: "text", reason: "said" },

  // shift log
  "contracts-stand": { contracts: "count" },
  "ledger-catching-up": { fromS: "timeS", untilS: "timeS", passages: "count" },
  "incident-declared": { incident: "text", road: "text", effect: "said", untilS: "timeS", spreadMinutes: "count" },
  "incident-changed": { incident: "text", road: "text", effect: "said", untilS: "timeS", spreadMinutes: "count" },
  /** `stamp` is the n of Tn, 2 … 7. */
  "incident-stamped": { incident: "text", road: "text", stamp: "count" },
  "effect-lanes": { closedLanes: "count", lanes: "count" },
  "effect-speed": { kmh: "count" },
  "effect-capacity": { percent: "count" },
  "effect-signal": {},
  "effect-junction": {},
  /** `kind` is one of `incidentKinds`. */
  "incident-ended": { incident: "text", road: "text", kind: "text" },
  "instruction-sent": { number: "count", terminals: "texts" },
  "instruction-sent-itinerary": { number: "count", terminals: "texts", via: "texts" },
  "instruction-sent-later": { number: "count", terminals: "texts", minutes: "count" },
  "instruction-sent-earlier": { number: "count", terminals: "texts", minutes: "count" },
  "instruction-sent-hold": { number: "count", terminals: "texts", untilS: "timeS" },
  "instruction-amended": { number: "count", contracts: "count", height: "count" },
  "instruction-withdrawn": { number: "count", freed: "count", kept: "count", height: "count" },
  "instruction-unchanged": { number: "count", reason: "said" },
  "instruction-verified": { number: "count", contracts: "count", height: "count" },
  "instruction-refused": { number: "count", reason: "said" },
  "member-enrolled": { key: "text", role: "text" },
  "member-revoked": { key: "text", role: "text" },
  "erasure-ordered": {},
  "trust-reanchored": { height: "count", hash: "text", operator: "text" },
  "trust-not-reanchored": { height: "count", hash: "text", operator: "text" },
  "primary-promoted": { from: "text", to: "text", seconds: "count" },
  "primary-refused": { from: "text", to: "text", reason: "text" },

  "situations-written": { file: "text", incidents: "count", instructions: "count" },
  "situations-read": { file: "text", incidents: "count", left: "count" },
  ...alarmForms,

  // progress
  "reading-city": {},
  "making-city": {},
  "finding-usual-ways": {},
  "filling-roads": {},
  "signing-contracts": {},
  "following-ledger": {},
  "running-forks": {},

  // notices
  "session-stopped": { reason: "text" },
  "ledger-stopped": { reason: "said" },
  "bundled-instead": { reason: "said" },
  "session-saved": { path: "text" },
  "session-saving": {},
  "session-not-saved": {},
  "save-failed": { reason: "said" },
  "message-unreadable": { reason: "said" },
  "keyframe-not-kept": { reason: "said" },
  "keyframe-damaged": { reason: "said" },
  "replay-stopped": { reason: "text" },
  "host-message-malformed": { what: "text" },

  // refusals: incidents
  "road-unknown": {},
  "lanes-out-of-range": { closedLanes: "number", lanes: "count" },
  "position-off-road": { lengthM: "count" },
  "duration-out-of-range": {},
  "incident-on-road": {},
  "incidents-full": { most: "count" },
  "incident-unknown": {},
  "speed-out-of-range": { signedKmh: "count" },
  "capacity-out-of-range": {},
  "signal-absent": {},
  "signal-dark-already": {},
  "junction-absent": {},
  "junction-blocked-already": {},
  "spread-out-of-range": {},
  "end-in-past": {},
  "stamp-unknown": {},
  "stamp-done": {},
  "stamp-late": { stamp: "count" },
  "incident-not-open": {},

  // refusals: commuters
  "commuter-number-unknown": { people: "count", contracts: "count" },
  "commuter-search-unclear": { digits: "count" },
  "commuter-without-contract": {},
  "guests-full": { most: "count" },
  "guests-elsewhere": {},
  "contract-in-force": {},
  "contract-of-others": {},
  "contract-of-ended-session": {},
  "consent-withdrawn": {},
  "terminal-absent": {},
  "challenge-missing": {},
  "offer-over": {},
  "commuter-page-absent": {},

  // refusals: instructions and the ledger
  "prediction-given-up": {},
  "prediction-empty": {},
  "prediction-too-far": { hours: "count" },
  "contracts-unready": {},
  "save-unready": {},
  "save-of-network": {},
  "instructions-full": { most: "count" },
  /** `name` is one of the ledger's refusals, `reason` its English words. */
  "ledger-refusal": { name: "text", reason: "text" },

  "ledger-no-answer": { nodes: "texts" },
  "ledger-no-block": { seconds: "count" },
  "header-unconfirmed": { height: "count", nodes: "texts" },
  "operator-not-enrolled": { key: "text" },
  "key-form": {},
  "cohort-missing": {},
  "contract-unknown": {},
  "delegate-elsewhere": {},
  "root-hash-form": {},
  "root-unconfirmed": {},
  "root-not-believed": { height: "count", reason: "said" },

  // refusals: earlier instants
  "keyframes-unreadable": {},
  "time-not-kept": {},
  "time-to-come": {},
  "view-is-live": {},

  // refusals: the operator's key
  "key-locked": {},
  "key-damaged": {},
  "key-not-kept": { reason: "text" },
  "keyring-missing": {},
  "passphrase-short": { least: "count" },
  "passphrase-wrong": {},

  // refusals: cities, saves and files
  "city-under-way": {},
  "opening-given-up": {},
  "session-held": {},
  "city-format-unknown": {},
  "scenario-needs-folder": {},
  "path-from-browser": {},
  "save-unknown": {},
  "save-form-unknown": { form: "text" },
  "save-damaged": {},
  "file-missing": {},
  "file-forbidden": {},
  "file-is-folder": {},
  "file-too-large": { megabytes: "count", most: "count" },
  "disk-full": {},

  // refusals: DATEX II documents
  "xml-malformed": { reason: "text" },
  "xml-doctype": {},
  "xml-encoding": { encoding: "text" },
  "xml-too-much": { elements: "count", depth: "count" },
  "datex-unknown": { element: "text" },
  "datex-version": {},
  "datex-other-publication": { type: "text" },

  // why a record of a DATEX II document becomes no incident
  "record-without-id": {},
  "record-superseded": { version: "text" },
  "record-suspended": {},
  "record-over": { when: "text" },
  "record-to-come": { when: "text" },
  "record-time-unreadable": { text: "text" },
  "record-without-effect": { type: "text" },
  "record-is-instruction": {},
  "record-for-some-vehicles": {},
  "location-missing": {},
  "location-is-area": {},
  "location-without-coordinates": { method: "text" },
  "location-far": { most: "count" },
  "location-against": {},

  // what the operator should know of a record before it is declared
  "record-uncertain": { probability: "text" },
  "record-not-real": { status: "text" },
  "record-recurring": {},
  "location-first": { places: "count" },
  "direction-assumed": {},
  "end-assumed": { minutes: "count" },
  "end-cut": { when: "text" },
  "lanes-assumed": {},
  "lanes-fitted": { stated: "number", closedLanes: "count", lanes: "count" },

  // refusals: the line to the host
  "host-disconnected": {},
  "host-ended": {},
  "host-closed": {},
  "host-silent": {},
  "link-taken": {},
  "window-closed": {},
  "host-restarted": {},
  "requests-waiting": { requests: "count" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, keyof ArgumentKinds>>>>;

interface ArgumentKinds {
  /** A safe integer ≥ 0. */
  readonly count: number;
  /** Any finite number. */
  readonly number: number;
  readonly timeS: number;
  readonly text: string;
  readonly texts: readonly string[];
  readonly said: Said;
}

type Forms = typeof argumentForms;
export type SaidCode = keyof Forms;
/** The arguments of one code. */
export type SaidArgs<Code extends SaidCode> = {
  readonly [Name in keyof Forms[Code]]: Forms[Code][Name] extends keyof ArgumentKinds
    ? ArgumentKinds[Forms[Code][Name]]
    : never;
};
export type Said = { [Code in SaidCode]: { readonly code: Code; readonly args: SaidArgs<Code> } }[SaidCode];

/** How a language writes the figures in its sentences. */
export interface SaidFigures {
  /** Whole numbers. */
  readonly count: (value: number) => string;
  /** A time of day to the minute. */
  readonly minute: (timeS: number) => string;
}

interface SaidWording extends SaidFigures {
  readonly reason: (said: Said) => string;
}

/** One language's words: a fragment without a full stop where it is a refusal's reason, else a sentence. */
export type Sayings = {
  readonly [Code in SaidCode]: (args: SaidArgs<Code>, wording: SaidWording) => string;
};

/** Renders a saying with the words and figures of a language. */
export function wordSaid(said: Said, sayings: Sayings, figures: SaidFigures): string {
  const wording: SaidWording = { ...figures, reason: (inner) => wordSaid(inner, sayings, figures) };
  const words = sayings[said.code] as (args: Said["args"], wording: SaidWording) => string;
  return words(said.args, wording);
}

/** What happened at each stamp of an incident's handling, T0 … T7. */
export const stampWords: readonly string[] = [
  "occurred",
  "detected",
  "verified",
  "response sent",
  "response there",
  "lanes open",
  "response gone",
  "traffic normal again",
];

/** How an incident ends, by its kind. */
const endWords: Readonly<Record<string, string>> = {
  lanes: "lanes open again",
  speed: "speed as signed again",
  capacity: "full capacity again",
  signal: "signal on again",
  junction: "junction open again",
};

const spreadOf = (minutes: number) => (minutes === 0 ? "" : ` ± ${minutes} min`);

const plainFigures: SaidFigures = {
  count: String,
  minute(timeS) {
    const minutes = Math.floor(timeS / 60);
    const two = (value: number) => String(value).padStart(2, "0");
    return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  },
};

/** In English, as the command line writes it. */
export function sayInEnglish(said: Said): string {
  return wordSaid(said, englishSayings, plainFigures);
}

const saidDepthMax = 4;

/** Whether data from outside (a message, a saved session, a row of the shift log) is a saying of this version. */
export function isSaid(value: unknown, depth = 0): value is Said {
  if (depth > saidDepthMax || !isRecord(value) || !isRecord(value["args"])) return false;
  const { code, args } = value;
  if (typeof code !== "string" || !Object.hasOwn(argumentForms, code)) return false;
  const form: Readonly<Record<string, keyof ArgumentKinds>> = argumentForms[code as SaidCode];
  return Object.entries(form).every(([name, kind]) => isOfKind(kind, args[name], depth));
}

function isOfKind(kind: keyof ArgumentKinds, value: unknown, depth: number): boolean {
  switch (kind) {
    case "count":
      return Number.isSafeInteger(value) && Number(value) >= 0;
    case "number":
    case "timeS":
      return Number.isFinite(value);
    case "text":
      return typeof value === "string";
    case "texts":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    case "said":
      return isSaid(value, depth + 1);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

const plural = (value: number, one: string, more: string) => (value === 1 ? one : more);

export const englishSayings: Sayings = {
  words: ({ text }) => text,
  at: ({ where, reason }, wording) => `${where}: ${wording.reason(reason)}`,

  "contracts-stand": ({ contracts }, { count }) =>
    `${count(contracts)} ${plural(contracts, "contract", "contracts")} of the day ${plural(contracts, "stands", "stand")} on the ledger`,
  "ledger-catching-up": ({ fromS, untilS, passages }, { count, minute }) =>
    `The ledger catches up from ${minute(fromS)} to ${minute(untilS)}: ${count(passages)} ${plural(passages, "passage is", "passages are")} put into blocks`,
  "incident-declared": ({ incident, road, effect, untilS, spreadMinutes }, { minute, reason }) =>
    `${incident} ${road}: ${reason(effect)}, until about ${minute(untilS)}${spreadOf(spreadMinutes)}`,
  "incident-changed": ({ incident, road, effect, untilS, spreadMinutes }, { minute, reason }) =>
    `${incident} ${road} changed: ${reason(effect)}, until about ${minute(untilS)}${spreadOf(spreadMinutes)}`,
  "incident-stamped": ({ incident, road, stamp }) => `${incident} ${road}: T${stamp} ${stampWords[stamp] ?? ""}`,
  "effect-lanes": ({ closedLanes, lanes }) => `${closedLanes} of ${lanes} ${plural(lanes, "lane", "lanes")} closed`,
  "effect-speed": ({ kmh }) => `${kmh} km/h at most`,
  "effect-capacity": ({ percent }) => `capacity reduced by ${percent} %`,
  "effect-signal": () => "signal dark",
  "effect-junction": () => "junction blocked",
  "incident-ended": ({ incident, road, kind }) => `${incident} ${road}: ${endWords[kind] ?? "over"}`,
  "keyframe-not-kept": ({ reason }, { reason: words }) => `A keyframe was not kept: ${words(reason)}`,
  "keyframe-damaged": ({ reason }, { reason: words }) =>
    `A keyframe cannot be read (${words(reason)}); an older one is used, which takes a little longer`,
  "replay-stopped": ({ reason }) => `The replay stopped: ${reason}`,
  "keyframes-unreadable": () => "no keyframe of this session can be read",
  "time-not-kept": () => "before the first instant that is kept",
  "time-to-come": () => "the session has not come there yet",
  "view-is-live": () => "the live city is shown",
  "instruction-sent": ({ number, terminals }) => `Instruction ${number} signed and sent: avoid ${terminals.join(", ")}`,
  "instruction-sent-itinerary": ({ number, terminals, via }) =>
    `Instruction ${number} signed and sent: avoid ${terminals.join(", ")}, go by ${via.join(", ")}`,
  "instruction-sent-later": ({ number, terminals, minutes }, { count }) =>
    `Instruction ${number} signed and sent: leave ${count(minutes)} min later, for those over ${terminals.join(", ")}`,
  "instruction-sent-earlier": ({ number, terminals, minutes }, { count }) =>
    `Instruction ${number} signed and sent: leave ${count(minutes)} min earlier, for those over ${terminals.join(", ")}`,
  "instruction-sent-hold": ({ number, terminals, untilS }, { minute }) =>
    `Instruction ${number} signed and sent: do not leave before ${minute(untilS)}, for those over ${terminals.join(", ")}`,
  "instruction-amended": ({ number, contracts, height }, { count }) =>
    `Instruction ${number} amended: ${count(contracts)} contracts carry it, each verified at height ${count(height)}`,
  "instruction-withdrawn": ({ number, freed, kept, height }, { count }) =>
    `Instruction ${number} withdrawn: ${count(freed)} contracts are as before, ${count(kept)} keep it, verified at height ${count(height)}`,
  "instruction-unchanged": ({ number, reason }, { reason: words }) =>
    `Instruction ${number} not changed: ${words(reason)}`,
  "instruction-verified": ({ number, contracts, height }, { count }) =>
    `Instruction ${number}: ${count(contracts)} ${plural(contracts, "contract", "contracts")} rewritten, each verified at height ${count(height)}`,
  "instruction-refused": ({ number, reason }, wording) => `Instruction ${number} refused: ${wording.reason(reason)}`,
  "member-enrolled": ({ key, role }) => `The certificate authority enrolled the key ${key}… as ${role}`,
  "member-revoked": ({ key }) => `The certificate authority revoked the key ${key}…`,
  "erasure-ordered": () => "The data-protection delegate ordered an erasure",
  "trust-reanchored": ({ height, hash, operator }, { count }) =>
    `The ledger is believed from header ${count(height)} (${hash}…) on, by the word of the operator ${operator}…`,
  "trust-not-reanchored": ({ height, hash, operator }, { count }) =>
    `Header ${count(height)} (${hash}…), named by the operator ${operator}…, was not taken as trust root`,
  "primary-promoted": ({ from, to, seconds }, { count }) =>
    `${from} has brought nothing new for ${count(seconds)} s: the ledger is read from ${to}, whose headers agree with what is believed`,

  "primary-refused": ({ from, to, reason }) =>
    `What ${from} gave was refused (${reason}): the ledger is read from ${to}, whose headers agree with what is believed`,

  "situations-written": ({ file, incidents, instructions }) =>
    `${file} written: ${incidents} ${plural(incidents, "incident", "incidents")} and ${instructions} ${plural(instructions, "instruction", "instructions")} as DATEX II`,
  "situations-read": ({ file, incidents, left }) =>
    `${file} read: ${incidents} ${plural(incidents, "incident", "incidents")} to choose from, ${left} ${plural(left, "record", "records")} left out`,
  ...englishAlarms<Said>(),

  "reading-city": () => "Reading the city",
  "making-city": () => "Making the city",
  "finding-usual-ways": () => "Finding everybody’s usual way",
  "filling-roads": () => "Filling the roads",
  "following-ledger": () => "Following the network's ledger",
  "signing-contracts": () => "Signing the day's contracts",
  "running-forks": () => "Running forks of the city",

  "session-stopped": ({ reason }) => `The session stopped: ${reason}`,
  "ledger-stopped": ({ reason }, wording) => `The ledger stopped: ${wording.reason(reason)}`,
  "bundled-instead": ({ reason }, wording) => `${wording.reason(reason)}. The bundled metropolis is shown instead.`,
  "session-saved": ({ path }) => `The session is saved in ${path}`,
  "session-saving": () => "The session is being saved…",
  "save-failed": ({ reason }, wording) => `The session could not be saved: ${wording.reason(reason)}`,
  "session-not-saved": () => "The session before had stopped: it could not be saved, and is closed",
  "message-unreadable": ({ reason }, wording) => `Unreadable message: ${wording.reason(reason)}`,
  "host-message-malformed": ({ what }) => `The host sent a malformed message: ${what}`,

  "road-unknown": () => "no such road",
  "lanes-out-of-range": ({ closedLanes, lanes }) => `${closedLanes} lanes cannot be closed where there are ${lanes}`,
  "position-off-road": ({ lengthM }, { count }) => `the road is ${count(lengthM)} m long`,
  "duration-out-of-range": () => "an incident lasts between a minute and a day",
  "incident-on-road": () => "there is an open incident on this road already",
  "incidents-full": ({ most }) => `${most} incidents are open, which is the most`,
  "speed-out-of-range": ({ signedKmh }) => `a limit from 5 km/h to below the ${signedKmh} km/h that are signed there`,
  "capacity-out-of-range": () => "a capacity is reduced by 5 to 95 %",
  "signal-absent": () => "this road does not end at a signal",
  "signal-dark-already": () => "this signal is dark already",
  "junction-absent": () => "no other road joins this one at its end",
  "junction-blocked-already": () => "this junction is blocked already",
  "spread-out-of-range": () => "the uncertainty is not negative, and not longer than the duration",
  "end-in-past": () => "the new end is in the past: clear the incident instead",
  "stamp-unknown": () => "T2 to T7 can be stamped",
  "stamp-done": () => "it was stamped already",
  "stamp-late": ({ stamp }) => `T${stamp}, which comes after it, was stamped already`,
  "incident-unknown": () => "no such incident",
  "incident-not-open": () => "no such open incident",

  "commuter-number-unknown": ({ people, contracts }, { count }) =>
    `there is none of this number: people are P-1 to P-${count(people)}, contracts C-1 to C-${count(contracts)}`,
  "commuter-search-unclear": ({ digits }) =>
    `C-17 for a contract, P-17 for a person, or ${digits} or more digits of an address`,

  "prediction-given-up": () => "the prediction was given up",
  "prediction-empty": () => "no fork was run",
  "prediction-too-far": ({ hours }, { count }) =>
    `people would leave so late that their trips end beyond the ${count(hours)} h that a prediction looks ahead`,
  "contracts-unready": () => "the day's contracts are not on the ledger yet",
  "save-unready": () => "the day's contracts are still being signed: save a little later",
  "save-of-network": () => "the ledger is a network's, which keeps it: a session attached to it is not saved",
  "instructions-full": ({ most }) =>
    `${most} instructions are being followed, which is the most: wait until the first is over`,
  "ledger-refusal": ({ reason }) => reason,

  "key-locked": () => "the operator's key is locked",
  "key-damaged": () => "the key file is damaged",
  "key-not-kept": ({ reason }) => `the key could not be kept: ${reason}`,
  "keyring-missing": () => "the key lies in a keyring that is not there",
  "passphrase-short": ({ least }) => `a passphrase has at least ${least} characters`,
  "passphrase-wrong": () => "wrong passphrase, or a damaged key file",

  "city-under-way": () => "another city is being opened",
  "opening-given-up": () => "the opening of the city was given up",
  "session-held": () => "the session is being saved and closed: nothing more can be done in it",
  "city-format-unknown": () =>
    "not a city file: .osm.pbf, .osm, .osm.xml, .osm.gz, .net.xml, .net.xml.gz, .sumocfg or .city",
  "path-from-browser": () => "a browser opens files by their contents, not by a path",
  "save-unknown": () => "no saved session of this computer",
  "save-form-unknown": ({ form }) => `not a saved session of the form ${form}`,
  "scenario-needs-folder": () => "its network lies beside it: open the network, or start with this file",
  "save-damaged": () => "damaged: its bytes are not those that were saved",
  "file-missing": () => "no such file",
  "file-forbidden": () => "this user may not read it",
  "file-is-folder": () => "a folder, where a file is expected",
  "file-too-large": ({ megabytes, most }, { count }) =>
    `${count(megabytes)} MB are more than the ${count(most)} MB that are read at once`,
  "disk-full": () => "the disk is full",

  "xml-malformed": ({ reason }) => `not well-formed XML: ${reason}`,
  "xml-doctype": () => "a document type declaration is not accepted: entities are never expanded",
  "xml-encoding": ({ encoding }) =>
    encoding === "" ? "the text is not valid UTF-8" : `encoding ${encoding} is not supported: write it as UTF-8`,
  "xml-too-much": ({ elements, depth }, { count }) =>
    `more than ${count(elements)} elements, or more than ${count(depth)} within each other`,
  "datex-unknown": ({ element }) =>
    `not a DATEX II situation publication or message container: its outermost element is <${element}>`,
  "datex-version": () => "of DATEX II, version 3 is read; this is an older one",
  "datex-other-publication": ({ type }) => `a publication of another kind: ${type === "" ? "it names none" : type}`,

  "record-without-id": () => "it has no id",
  "record-superseded": ({ version }) => `version ${version} of it is in the same document`,
  "record-suspended": () => "it is suspended",
  "record-over": ({ when }) => `over: its end is ${when}`,
  "record-to-come": ({ when }) => `still to come: it begins ${when}`,
  "record-time-unreadable": ({ text }) => (text === "" ? "it states no time" : `no such time: ${text}`),
  "record-without-effect": ({ type }) => `${type} states no closed lane, limit, lost capacity or dark signal`,
  "record-is-instruction": () => "an instruction: here they are prepared for contracts and signed",
  "record-for-some-vehicles": () => "it concerns some kinds of vehicles only",
  "location-missing": () => "it has no location",
  "location-is-area": () => "its location is an area, not a road",
  "location-without-coordinates": ({ method }) => `its location has no coordinates (${method})`,
  "location-far": ({ most }) => `no road of this city within ${most} m`,
  "location-against": () => "no road near leads in its direction",
  "record-uncertain": ({ probability }) => `its probability is "${probability}"`,
  "record-not-real": ({ status }) => `it is marked "${status}", not real`,
  "record-recurring": () => "it recurs; here it holds from now to its end",
  "location-first": ({ places }) => `the first of its ${places} places`,
  "direction-assumed": () => "no direction is stated: the nearest road is taken",
  "end-assumed": ({ minutes }) => `no end is stated: ${minutes} min are assumed`,
  "end-cut": ({ when }) => `its end is ${when}: here a day from now`,
  "lanes-assumed": () => "it does not state how many lanes: one is assumed",
  "lanes-fitted": ({ stated, closedLanes, lanes }) =>
    `${stated} lanes are stated; ${closedLanes} of the road's ${lanes}`,

  "ledger-no-answer": ({ nodes }) => `none of the ledger's nodes answers (${nodes.join("; ")})`,
  "header-unconfirmed": ({ height, nodes }) =>
    `header ${height} is believed when a second node has it, and none of the witnesses has (${nodes.join("; ")})`,
  "ledger-no-block": ({ seconds }) =>
    `it was sent, and is in no block after ${seconds} s: look at the ledger before sending it again`,
  "operator-not-enrolled": ({ key }) =>
    `the network does not know this operator as a road authority: its certificate authority has to enrol the key ${key}`,
  "commuter-without-contract": () => "this commuter holds no contract of the ledger",
  "guests-full": ({ most }) => `there are ${most} contracts of this kind already`,
  "guests-elsewhere": () => "contracts of a network are brought to it by its own custodians",
  "contract-in-force": () => "a contract is in force: another can be signed once it is over or left",
  "contract-of-others": () => "this contract was not signed under this link",
  "contract-of-ended-session": () => "this contract’s session has ended",
  "consent-withdrawn": () => "consent was withdrawn: nothing more can be allowed under this contract",
  "terminal-absent": () => "there is no such terminal",
  "challenge-missing": () => "the terminal’s challenge is missing: say again that you pass",
  "offer-over": () => "this offer cannot be signed any more",
  "commuter-page-absent": () => "this window serves no pages: start the console with pendulaire serve",
  "key-form": () => "a public key has 64 hexadecimal digits",
  "cohort-missing": () => "an endorser stands for a cohort: choose one",
  "contract-unknown": () => "the ledger has no contract of this address",
  "delegate-elsewhere": () => "the network's own certificate authority does this, with its key",
  "root-hash-form": () => "a header's hash has 64 hexadecimal digits",
  "root-unconfirmed": () => "the two heights differ",
  "root-not-believed": ({ height, reason }, wording) =>
    `header ${height} cannot be the trust root, the one before stays: ${wording.reason(reason)}`,

  "host-disconnected": () => "not connected to the host",
  "host-ended": () => "the host's process ended",
  "host-closed": () => "the host closed the connection",
  "host-silent": () => "the host does not answer",
  "link-taken": () => "this link is not valid any more",
  "window-closed": () => "the window was closed",
  "host-restarted": () => "the host was restarted",
  "requests-waiting": ({ requests }, { count }) => `${count(requests)} requests are waiting already`,
};
