import type { Sayings } from "../../../common/said";
import { frenchFileFault, frenchPlace } from "./fr-file-faults";
import { frenchAlarms } from "./fr-said-alarms";

const plural = (value: number, one: string, more: string) => (value < 2 ? one : more);

/** Fields and subjects that the host names in English beside a refusal; files and identifiers stay as they are. */
const subjects: Readonly<Record<string, string>> = {
  edge: "voie",
  "closed lanes": "voies fermées",
  position: "position",
  duration: "durée",
  incidents: "incidents",
  passphrase: "phrase secrète",
  "operator key": "clé de l’opérateur",
  ledger: "registre",
  prediction: "prévision",
  instructions: "consignes",
  path: "chemin",
};

/** The ledger's refusals that an operator or a commuter can meet, by name; others are shown in English. */
export const frenchRefusals: Readonly<Record<string, string>> = {
  malformed: "la transaction n’est pas sous sa forme canonique",
  "transaction-too-large": "la transaction est trop grande",
  "wrong-chain": "la transaction est destinée à une autre chaîne",
  "kind-unknown": "ce type de transaction, ou cette version, est inconnu",
  "signers-unexpected": "la transaction n’est pas signée par ceux qui doivent la signer",
  "signature-invalid": "une signature ne correspond pas à sa clé et à la transaction",
  "nonce-wrong": "le numéro d’ordre de l’émetteur a déjà servi, ou est trop en avance",
  "sender-unknown": "la clé de l’émetteur n’est pas inscrite",
  "sender-revoked": "l’habilitation de l’émetteur a été révoquée",
  "sender-expired": "l’habilitation de l’émetteur a expiré",
  "role-wrong": "le rôle de l’émetteur ne l’y autorise pas",
  "template-unknown": "ce modèle de contrat n’existe pas",
  "template-not-current": "l’offre suit une version du modèle qui n’est plus en vigueur",
  "clause-not-current": "l’offre ne porte pas le consentement à la clause en vigueur",
  "offers-empty": "la transaction ne contient aucune offre",
  "offer-too-late": "le créneau de départ est passé",
  "offer-signature-invalid": "la signature du pendulaire ne correspond pas à l’offre",
  "contract-exists": "la clé du contrat a déjà servi",
  "reward-above-template": "la récompense dépasse ce que permet le modèle",
  "penalty-above-template": "la pénalité dépasse ce que permet le modèle",
  "reward-pool-too-low": "la réserve de récompenses est insuffisante",
  "deposit-too-low": "le solde du dépositaire ne couvre pas les dépôts",
  "itinerary-empty": "l’itinéraire ne désigne aucune borne",
  "itinerary-too-long": "l’itinéraire désigne trop de bornes",
  "window-empty": "un créneau finit avant de commencer",
  "itinerary-out-of-order": "les créneaux de l’itinéraire ne sont pas dans l’ordre",
  "deadline-before-itinerary": "l’échéance précède la fin de l’itinéraire",
  "contract-span-too-long": "le contrat dure trop longtemps",
  "reward-not-positive": "la récompense n’est pas positive",
  "amount-out-of-range": "un montant est hors limites",
  "offers-too-many": "la transaction contient trop d’offres",
  "offer-too-early": "le contrat finirait trop loin dans l’avenir",
  "terminal-unknown": "la borne n’est pas inscrite",
  "terminal-revoked": "l’habilitation de la borne a été révoquée",
  "passage-too-old": "le passage a été attesté il y a trop longtemps",
  "passage-ahead": "le passage est attesté dans l’avenir",
  "nullifier-used": "le défi de la borne a déjà servi",
  "contract-unknown": "ce contrat n’existe pas",
  "contract-settled": "le contrat a déjà été réglé ou quitté",
  "passage-outside-contract": "le passage est hors des horaires du contrat",
  "passages-too-many": "le contrat ne peut contenir plus de passages",
  "passage-implausible": "vous venez de passer une autre borne, trop éloignée pour le temps écoulé entre les deux",
  "passage-after-release": "le passage donnerait droit à une prime déjà rendue à sa réserve",
  "leave-too-late": "un contrat se quitte au plus tard 60 minutes avant son début",
  "licence-suspended": "la licence du modèle de contrat est suspendue",
  "licence-full": "la licence du modèle n’autorise plus de contrat",
  "consent-sequence-wrong": "votre dernière déclaration de consentement a changé entre-temps : recommencez",
  "consent-unchanged": "cette déclaration ne change rien",
  "erasure-demanded": "l’effacement de ce qui est conservé à votre sujet a été demandé ou ordonné",
  "consent-missing": "le titulaire du contrat n’y consent pas",
  "scope-empty": "la consigne ne désigne aucune borne",
  "scope-too-large": "la consigne désigne trop de bornes",
  "scope-not-ascending": "les bornes de la consigne ne sont pas en ordre croissant",
  "scope-window-empty": "le créneau de la consigne finit avant de commencer",
  "bonus-not-positive": "la prime n’est pas positive",
  "budget-not-positive": "le budget n’est pas positif",
  "instruction-amount-out-of-range": "un montant de la consigne est hors limites",
  "expiry-in-the-past": "la consigne a déjà expiré",
  "expiry-before-window": "la consigne expire avant le début de son créneau",
  "outside-area": "la consigne désigne une borne hors du ressort de l’autorité",
  "budget-above-grant": "le budget, avec ce dont l’agent répond déjà, dépasse ce que l’agent peut engager",
  "walks-too-many": "le bloc contient déjà assez de consignes : le suivant prendra celle-ci",
  "budget-above-pool": "le budget dépasse la réserve de primes de l’autorité",
  "payout-above-budget": "le versement maximal possible dépasse le budget",
  "matches-too-many": "la consigne concerne plus de contrats qu’une seule n’en peut réécrire",
  "instruction-unknown": "cette consigne n’existe pas",
  "via-empty": "l’itinéraire demandé ne désigne aucune borne",
  "via-too-long": "l’itinéraire demandé désigne plus de 8 bornes",
  "via-in-scope": "l’itinéraire demandé passe par une borne à éviter",
  "via-repeated": "l’itinéraire demandé désigne deux fois la même borne",
  "shift-zero": "le départ n’est pas déplacé",
  "shift-too-long": "le départ est déplacé de trop",
  "hold-in-the-past": "le départ est retenu jusqu’à une heure passée",
  "hold-too-long": "le départ est retenu trop longtemps",
  "instruction-released": "la consigne a déjà été close",
  "instruction-of-others": "la consigne a été donnée pour la réserve d’une autre autorité",
  "instruction-withdrawn": "la consigne a déjà été retirée",
  "instruction-over": "la consigne a expiré",
  "amendment-takes-back":
    "un avenant reprend ce qui a été promis\u202f: fin, expiration et prime ne peuvent que croître",
  "amendment-empty": "l’avenant ne change rien",
  "pool-too-low": "la réserve de primes ne couvre pas ce que l’avenant peut coûter",
};

/** What happened at each stamp of an incident's handling, T0 … T7. */
export const frenchStampWords: readonly string[] = [
  "survenue",
  "détection",
  "vérification",
  "intervention lancée",
  "intervention sur place",
  "voies rouvertes",
  "intervention repartie",
  "retour à la normale",
];

/** How an incident ends, by its kind. */
const endWords: Readonly<Record<string, string>> = {
  lanes: "voies rouvertes",
  speed: "vitesse rétablie",
  capacity: "capacité rétablie",
  signal: "feu rétabli",
  junction: "carrefour rouvert",
};

const spreadOf = (minutes: number) => (minutes === 0 ? "" : ` ± ${minutes} min`);

/** What the host says, in French. */
export const frenchSayings: Sayings = {
  words: ({ text }) => frenchFileFault(text),
  at: ({ where, reason }, wording) => `${subjects[where] ?? frenchPlace(where)} : ${wording.reason(reason)}`,

  "contracts-stand": ({ contracts }, { count }) =>
    `${count(contracts)} ${plural(contracts, "contrat du jour inscrit", "contrats du jour inscrits")} au registre`,
  "ledger-catching-up": ({ fromS, untilS, passages }, { count, minute }) =>
    `Le registre rattrape son retard, de ${minute(fromS)} à ${minute(untilS)} : ${count(passages)} ${plural(passages, "passage mis", "passages mis")} en blocs`,
  "incident-declared": ({ incident, road, effect, untilS, spreadMinutes }, { minute, reason }) =>
    `${incident} ${road} : ${reason(effect)}, jusqu’à ${minute(untilS)} environ${spreadOf(spreadMinutes)}`,
  "incident-changed": ({ incident, road, effect, untilS, spreadMinutes }, { minute, reason }) =>
    `${incident} ${road} modifié : ${reason(effect)}, jusqu’à ${minute(untilS)} environ${spreadOf(spreadMinutes)}`,
  "incident-stamped": ({ incident, road, stamp }) => `${incident} ${road} : T${stamp} ${frenchStampWords[stamp] ?? ""}`,
  "effect-lanes": ({ closedLanes, lanes }) =>
    `${closedLanes} ${plural(closedLanes, "voie fermée", "voies fermées")} sur ${lanes}`,
  "effect-speed": ({ kmh }) => `${kmh} km/h au plus`,
  "effect-capacity": ({ percent }) => `capacité réduite de ${percent} %`,
  "effect-signal": () => "feu éteint",
  "effect-junction": () => "carrefour bloqué",
  "incident-ended": ({ incident, road, kind }) => `${incident} ${road} : ${endWords[kind] ?? "terminé"}`,
  "instruction-sent": ({ number, terminals }) =>
    `Consigne ${number} signée et envoyée : éviter ${terminals.join(", ")}`,
  "instruction-sent-itinerary": ({ number, terminals, via }) =>
    `Consigne ${number} signée et envoyée : éviter ${terminals.join(", ")}, passer par ${via.join(", ")}`,
  "instruction-sent-later": ({ number, terminals, minutes }, { count }) =>
    `Consigne ${number} signée et envoyée : partir ${count(minutes)} min plus tard, pour qui passe ${terminals.join(", ")}`,
  "instruction-sent-earlier": ({ number, terminals, minutes }, { count }) =>
    `Consigne ${number} signée et envoyée : partir ${count(minutes)} min plus tôt, pour qui passe ${terminals.join(", ")}`,
  "instruction-sent-hold": ({ number, terminals, untilS }, { minute }) =>
    `Consigne ${number} signée et envoyée : ne pas partir avant ${minute(untilS)}, pour qui passe ${terminals.join(", ")}`,
  "instruction-amended": ({ number, contracts, height }, { count }) =>
    `Consigne ${number} modifiée : ${count(contracts)} ${plural(contracts, "contrat la porte, vérifié", "contrats la portent, tous vérifiés")} au bloc ${count(height)}`,
  "instruction-withdrawn": ({ number, freed, kept, height }, { count }) =>
    `Consigne ${number} retirée : ${count(freed)} ${plural(freed, "contrat rétabli", "contrats rétablis")}, ${count(kept)} ${plural(kept, "la garde", "la gardent")}, vérifié au bloc ${count(height)}`,
  "instruction-unchanged": ({ number, reason }, wording) => `Consigne ${number} inchangée : ${wording.reason(reason)}`,
  "instruction-verified": ({ number, contracts, height }, { count }) =>
    `Consigne ${number} : ${count(contracts)} ${plural(contracts, "contrat réécrit, vérifié", "contrats réécrits, tous vérifiés")} au bloc ${count(height)}`,
  "instruction-refused": ({ number, reason }, wording) => `Consigne ${number} refusée : ${wording.reason(reason)}`,
  "member-enrolled": ({ key, role }) => `L’autorité de certification a inscrit la clé ${key}… (${role})`,
  "member-revoked": ({ key }) => `L’autorité de certification a révoqué la clé ${key}…`,
  "erasure-ordered": () => "Le délégué à la protection des données a ordonné un effacement",
  "trust-reanchored": ({ height, hash, operator }, { count }) =>
    `Le registre fait foi à partir de l’en-tête ${count(height)} (${hash}…), sur la parole de l’opérateur ${operator}…`,
  "trust-not-reanchored": ({ height, hash, operator }, { count }) =>
    `L’en-tête ${count(height)} (${hash}…), désigné par l’opérateur ${operator}…, n’a pas été pris comme racine de confiance`,
  "primary-promoted": ({ from, to, seconds }, { count }) =>
    `${from} n’a rien apporté depuis ${count(seconds)} s : le registre est lu auprès de ${to}, dont les en-têtes s’accordent avec ce qui est tenu pour vrai`,

  "primary-refused": ({ from, to, reason }) =>
    `Ce que ${from} a donné a été refusé (${reason}) : le registre est lu auprès de ${to}, dont les en-têtes s’accordent avec ce qui est tenu pour vrai`,

  "situations-written": ({ file, incidents, instructions }) =>
    `${file} écrit : ${incidents} ${plural(incidents, "incident", "incidents")} et ${instructions} ${plural(instructions, "consigne", "consignes")} en DATEX II`,
  "situations-read": ({ file, incidents, left }) =>
    `${file} lu : ${incidents} ${plural(incidents, "incident", "incidents")} au choix, ${left} ${plural(left, "élément laissé", "éléments laissés")} de côté`,
  ...frenchAlarms,

  "reading-city": () => "Lecture de la ville",
  "making-city": () => "Création de la ville",
  "finding-usual-ways": () => "Recherche des trajets habituels",
  "filling-roads": () => "Mise en circulation",
  "following-ledger": () => "Suivi du registre du réseau",
  "signing-contracts": () => "Signature des contrats du jour",
  "running-forks": () => "Simulation de copies de la ville",

  "session-stopped": ({ reason }) => `La session s’est arrêtée : ${reason}`,
  "ledger-stopped": ({ reason }, wording) => `Le registre s’est arrêté : ${wording.reason(reason)}`,
  "bundled-instead": ({ reason }, wording) => `${wording.reason(reason)}. La ville fournie est affichée à la place.`,
  "session-saved": ({ path }) => `La session est enregistrée dans ${path}`,
  "session-saving": () => "La session est en cours d’enregistrement…",
  "save-failed": ({ reason }, wording) => `La session n’a pas pu être enregistrée : ${wording.reason(reason)}`,
  "session-not-saved": () =>
    "La session précédente s’était arrêtée : elle n’a pas pu être enregistrée et elle est fermée",
  "message-unreadable": ({ reason }, wording) => `Message illisible : ${wording.reason(reason)}`,
  "host-message-malformed": ({ what }) => `Le moteur a envoyé un message mal formé : ${what}`,

  "keyframe-not-kept": ({ reason }, wording) =>
    `Une image de référence n’a pas été conservée : ${wording.reason(reason)}`,
  "keyframe-damaged": ({ reason }, wording) =>
    `Une image de référence est illisible (${wording.reason(reason)}) ; une plus ancienne sert à sa place, ce qui est un peu plus long`,
  "replay-stopped": ({ reason }) => `La relecture s’est arrêtée : ${reason}`,
  "keyframes-unreadable": () => "aucune image de référence de cette session n’est lisible",
  "time-not-kept": () => "avant le premier instant conservé",
  "time-to-come": () => "la session n’en est pas encore là",
  "view-is-live": () => "c’est la ville en direct qui est affichée",

  "road-unknown": () => "cette voie n’existe pas",
  "lanes-out-of-range": ({ closedLanes, lanes }) =>
    `impossible de fermer ${closedLanes} voies là où il y en a ${lanes}`,
  "position-off-road": ({ lengthM }, { count }) => `la voie mesure ${count(lengthM)} m`,
  "duration-out-of-range": () => "un incident dure entre une minute et un jour",
  "speed-out-of-range": ({ signedKmh }) =>
    `une limite d’au moins 5 km/h et inférieure aux ${signedKmh} km/h affichés sur place`,
  "capacity-out-of-range": () => "une capacité se réduit de 5 à 95 %",
  "signal-absent": () => "cette voie ne finit pas à un feu",
  "signal-dark-already": () => "ce feu est déjà éteint",
  "junction-absent": () => "aucune autre voie ne rejoint celle-ci à son bout",
  "junction-blocked-already": () => "ce carrefour est déjà bloqué",
  "spread-out-of-range": () => "l’incertitude n’est ni négative ni plus longue que la durée",
  "end-in-past": () => "la nouvelle fin est passée : levez plutôt l’incident",
  "stamp-unknown": () => "seuls T2 à T7 se pointent",
  "stamp-done": () => "ce jalon est déjà pointé",
  "stamp-late": ({ stamp }) => `T${stamp}, qui vient après, est déjà pointé`,
  "incident-on-road": () => "un incident est déjà ouvert sur cette voie",
  "incidents-full": ({ most }) => `${most} incidents sont ouverts, c’est le maximum`,
  "incident-unknown": () => "cet incident n’existe pas",
  "incident-not-open": () => "aucun incident ouvert de ce nom",

  "prediction-given-up": () => "la prévision a été abandonnée",
  "prediction-empty": () => "aucune copie n’a été simulée",
  "prediction-too-far": ({ hours }, { count }) =>
    `des départs seraient si tardifs que leurs trajets finiraient au-delà des ${count(hours)} h que regarde une prévision`,
  "contracts-unready": () => "les contrats du jour ne sont pas encore au registre",
  "save-unready": () => "les contrats du jour sont encore en cours de signature : enregistrez un peu plus tard",
  "save-of-network": () =>
    "le registre est celui d’un réseau, qui le garde : une session qui y est rattachée n’est pas enregistrée",
  "instructions-full": ({ most }) =>
    `${most} consignes sont déjà suivies, c’est le maximum : attendez la fin de la première`,
  "ledger-refusal": ({ name, reason }) => frenchRefusals[name] ?? reason,
  "ledger-no-answer": ({ nodes }) => `aucun nœud du registre ne répond (${nodes.join(" ; ")})`,
  "header-unconfirmed": ({ height, nodes }) =>
    `l’en-tête ${height} n’est cru que si un second nœud le possède, et aucun des témoins ne l’a (${nodes.join(" ; ")})`,
  "ledger-no-block": ({ seconds }) =>
    `elle a été envoyée et n’est dans aucun bloc après ${seconds} s : consultez le registre avant de l’envoyer de nouveau`,
  "operator-not-enrolled": ({ key }) =>
    `le réseau ne connaît pas cet opérateur comme gestionnaire de voirie : son autorité de certification doit inscrire la clé ${key}`,
  "commuter-without-contract": () => "ce pendulaire n’a pas de contrat au registre",
  "guests-full": ({ most }) => `il y a déjà ${most} contrats de cette sorte`,
  "guests-elsewhere": () => "les contrats d’un réseau lui sont apportés par ses propres dépositaires",
  "contract-in-force": () => "un contrat est en vigueur : un autre peut être signé dès qu’il est terminé ou quitté",
  "contract-of-others": () => "ce contrat n’a pas été signé avec ce lien",
  "contract-of-ended-session": () => "la session de ce contrat est terminée",
  "consent-withdrawn": () => "le consentement a été retiré : rien de plus ne peut être accordé avec ce contrat",
  "terminal-absent": () => "cette borne n’existe pas",
  "challenge-missing": () => "le défi de la borne manque : dites encore une fois que vous passez",
  "offer-over": () => "cette offre ne peut plus être signée",
  "commuter-page-absent": () => "cette fenêtre ne sert pas de pages : lancez la console par pendulaire serve",
  "key-form": () => "une clé publique a 64 chiffres hexadécimaux",
  "cohort-missing": () => "un endosseur représente une cohorte : choisissez-en une",
  "contract-unknown": () => "le registre n’a pas de contrat de cette adresse",
  "delegate-elsewhere": () => "l’autorité de certification du réseau le fait elle-même, avec sa clé",
  "root-hash-form": () => "l’empreinte d’un en-tête a 64 chiffres hexadécimaux",
  "root-unconfirmed": () => "les deux hauteurs diffèrent",
  "root-not-believed": ({ height, reason }, wording) =>
    `l’en-tête ${height} ne peut être la racine de confiance, la précédente demeure : ${wording.reason(reason)}`,

  "commuter-number-unknown": ({ people, contracts }, { count }) =>
    `aucun ne porte ce numéro : les personnes vont de P-1 à P-${count(people)}, les contrats de C-1 à C-${count(contracts)}`,
  "commuter-search-unclear": ({ digits }) =>
    `C-17 pour un contrat, P-17 pour une personne, ou au moins ${digits} chiffres d’une adresse`,

  "key-locked": () => "la clé de l’opérateur est verrouillée",
  "key-damaged": () => "le fichier de clé est endommagé",
  "key-not-kept": ({ reason }) => `la clé n’a pas pu être conservée : ${reason}`,
  "keyring-missing": () => "la clé est dans un trousseau qui est absent",
  "passphrase-short": ({ least }) => `une phrase secrète compte au moins ${least} caractères`,
  "passphrase-wrong": () => "phrase secrète erronée, ou fichier de clé endommagé",

  "city-under-way": () => "une autre ville est en cours d’ouverture",
  "opening-given-up": () => "l’ouverture de la ville a été abandonnée",
  "session-held": () => "la session est en cours d’enregistrement et de fermeture : plus rien n’y est accepté",
  "city-format-unknown": () =>
    "ce n’est pas un fichier de ville : .osm.pbf, .osm, .osm.xml, .osm.gz, .net.xml, .net.xml.gz, .sumocfg ou .city",
  "path-from-browser": () => "un navigateur ouvre un fichier par son contenu, pas par un chemin",
  "save-unknown": () => "aucune session enregistrée de cet ordinateur",
  "save-form-unknown": ({ form }) => `ce n’est pas une session enregistrée au format ${form}`,
  "scenario-needs-folder": () => "son réseau se trouve à côté : ouvrez le réseau, ou démarrez avec ce fichier",
  "save-damaged": () => "endommagée : ses octets ne sont pas ceux qui ont été enregistrés",
  "file-missing": () => "fichier introuvable",
  "file-forbidden": () => "cet utilisateur n’a pas le droit de le lire",
  "file-is-folder": () => "un dossier, là où un fichier est attendu",
  "file-too-large": ({ megabytes, most }, { count }) =>
    `${count(megabytes)} Mo dépassent les ${count(most)} Mo qui peuvent être lus d’un coup`,
  "disk-full": () => "le disque est plein",

  "xml-malformed": ({ reason }) => `XML mal formé : ${reason}`,
  "xml-doctype": () => "une déclaration de type de document est refusée : aucune entité n’est développée",
  "xml-encoding": ({ encoding }) =>
    encoding === "" ? "le texte n’est pas en UTF-8 valide" : `le codage ${encoding} n’est pas lu : écrivez en UTF-8`,
  "xml-too-much": ({ elements, depth }, { count }) =>
    `plus de ${count(elements)} éléments, ou plus de ${count(depth)} emboîtés`,
  "datex-unknown": ({ element }) =>
    `ni publication de situations DATEX II, ni conteneur de messages : l’élément extérieur est <${element}>`,
  "datex-version": () => "de DATEX II, c’est la version 3 qui est lue ; celle-ci est plus ancienne",
  "datex-other-publication": ({ type }) =>
    `une publication d’une autre nature : ${type === "" ? "elle n’en nomme aucune" : type}`,

  "record-without-id": () => "il n’a pas d’identifiant",
  "record-superseded": ({ version }) => `sa version ${version} est dans le même document`,
  "record-suspended": () => "il est suspendu",
  "record-over": ({ when }) => `terminé : sa fin est ${when}`,
  "record-to-come": ({ when }) => `à venir : il commence ${when}`,
  "record-time-unreadable": ({ text }) =>
    text === "" ? "il n’indique pas d’heure" : `cette heure n’existe pas : ${text}`,
  "record-without-effect": ({ type }) =>
    `${type} n’indique ni voie fermée, ni limite, ni capacité perdue, ni feu éteint`,
  "record-is-instruction": () => "une consigne : ici, elles se préparent pour des contrats et se signent",
  "record-for-some-vehicles": () => "il ne concerne que certains véhicules",
  "location-missing": () => "il n’a pas de lieu",
  "location-is-area": () => "son lieu est une zone, pas une voie",
  "location-without-coordinates": ({ method }) => `son lieu n’a pas de coordonnées (${method})`,
  "location-far": ({ most }) => `aucune voie de cette ville à moins de ${most} m`,
  "location-against": () => "aucune voie proche ne va dans sa direction",
  "record-uncertain": ({ probability }) => `sa probabilité est « ${probability} »`,
  "record-not-real": ({ status }) => `il est marqué « ${status} », non réel`,
  "record-recurring": () => "il se répète ; ici il vaut dès maintenant et jusqu’à sa fin",
  "location-first": ({ places }) => `le premier de ses ${places} lieux`,
  "direction-assumed": () => "aucune direction n’est indiquée : la voie la plus proche est retenue",
  "end-assumed": ({ minutes }) => `aucune fin n’est indiquée : ${minutes} min sont supposées`,
  "end-cut": ({ when }) => `sa fin est ${when} : ici, dans un jour`,
  "lanes-assumed": () => "le nombre de voies n’est pas indiqué : une est supposée",
  "lanes-fitted": ({ stated, closedLanes, lanes }) =>
    `${stated} voies sont indiquées ; ${closedLanes} sur les ${lanes} de la route`,

  "host-disconnected": () => "pas de liaison avec le moteur",
  "host-ended": () => "le moteur s’est arrêté",
  "host-closed": () => "le moteur a fermé la liaison",
  "host-silent": () => "le moteur ne répond pas",
  "link-taken": () => "ce lien n’est plus valable",
  "window-closed": () => "la fenêtre a été fermée",
  "host-restarted": () => "le moteur a redémarré",
  "requests-waiting": ({ requests }, { count }) => `${count(requests)} requêtes attendent déjà`,
};
