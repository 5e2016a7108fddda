import type { Sayings } from "../../../common/said";

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

/** The ledger's refusals that an operator can meet, by name; others are shown in English. */
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
  "budget-above-grant": "le budget dépasse ce que l’autorité peut engager pour une consigne",
  "budget-above-pool": "le budget dépasse la réserve de primes de l’autorité",
  "payout-above-budget": "le versement maximal possible dépasse le budget",
  "matches-too-many": "la consigne concerne plus de contrats qu’une seule n’en peut réécrire",
  "instruction-unknown": "cette consigne n’existe pas",
};

/** What the host says, in French. */
export const frenchSayings: Sayings = {
  words: ({ text }) => text,
  at: ({ where, reason }, wording) => `${subjects[where] ?? where} : ${wording.reason(reason)}`,

  "contracts-stand": ({ contracts }, { count }) =>
    `${count(contracts)} ${plural(contracts, "contrat du jour inscrit", "contrats du jour inscrits")} au registre`,
  "incident-declared": ({ incident, road, closedLanes, lanes, untilS }, { minute }) =>
    `${incident} ${road} : ${closedLanes} ${plural(closedLanes, "voie fermée", "voies fermées")} sur ${lanes} jusqu’à ${minute(untilS)} environ`,
  "incident-ended": ({ incident, road }) => `${incident} ${road} : voies rouvertes`,
  "instruction-sent": ({ number, terminals }) =>
    `Consigne ${number} signée et envoyée : éviter ${terminals.join(", ")}`,
  "instruction-verified": ({ number, contracts, height }, { count }) =>
    `Consigne ${number} : ${count(contracts)} ${plural(contracts, "contrat réécrit, vérifié", "contrats réécrits, tous vérifiés")} au bloc ${count(height)}`,
  "instruction-refused": ({ number, reason }, wording) => `Consigne ${number} refusée : ${wording.reason(reason)}`,

  "reading-city": () => "Lecture de la ville",
  "filling-roads": () => "Mise en circulation",
  "signing-contracts": () => "Signature des contrats du jour",
  "running-forks": () => "Simulation de copies de la ville",

  "session-stopped": ({ reason }) => `La session s’est arrêtée : ${reason}`,
  "ledger-stopped": ({ reason }, wording) => `Le registre s’est arrêté : ${wording.reason(reason)}`,
  "bundled-instead": ({ reason }, wording) => `${wording.reason(reason)}. La ville fournie est affichée à la place.`,
  "message-unreadable": ({ reason }, wording) => `Message illisible : ${wording.reason(reason)}`,
  "host-message-malformed": ({ what }) => `Le moteur a envoyé un message mal formé : ${what}`,

  "road-unknown": () => "cette voie n’existe pas",
  "lanes-out-of-range": ({ closedLanes, lanes }) =>
    `impossible de fermer ${closedLanes} voies là où il y en a ${lanes}`,
  "position-off-road": ({ lengthM }, { count }) => `la voie mesure ${count(lengthM)} m`,
  "duration-out-of-range": () => "un incident dure entre une minute et un jour",
  "incident-on-road": () => "un incident est déjà ouvert sur cette voie",
  "incidents-full": ({ most }) => `${most} incidents sont ouverts, c’est le maximum`,
  "incident-unknown": () => "cet incident n’existe pas",
  "incident-not-open": () => "aucun incident ouvert de ce nom",

  "prediction-under-way": () => "une prévision est déjà en cours",
  "prediction-empty": () => "aucune copie n’a été simulée",
  "contracts-unready": () => "les contrats du jour ne sont pas encore au registre",
  "save-unready": () => "les contrats du jour sont encore en cours de signature : enregistrez un peu plus tard",
  "instructions-full": ({ most }) =>
    `${most} consignes sont déjà suivies, c’est le maximum : attendez la fin de la première`,
  "ledger-refusal": ({ name, reason }) => frenchRefusals[name] ?? reason,

  "key-locked": () => "la clé de l’opérateur est verrouillée",
  "key-damaged": () => "le fichier de clé est endommagé",
  "key-not-kept": ({ reason }) => `la clé n’a pas pu être conservée : ${reason}`,
  "keyring-missing": () => "la clé est dans un trousseau qui est absent",
  "passphrase-short": ({ least }) => `une phrase secrète compte au moins ${least} caractères`,
  "passphrase-wrong": () => "phrase secrète erronée, ou fichier de clé endommagé",

  "city-under-way": () => "une autre ville est en cours d’ouverture",
  "city-format-unknown": () => "ce n’est pas un fichier de ville : .osm.pbf, .osm, .osm.xml, .osm.gz ou .city",
  "path-from-browser": () => "un navigateur ouvre un fichier par son contenu, pas par un chemin",
  "save-unknown": () => "aucune session enregistrée de cet ordinateur",
  "save-form-unknown": ({ form }) => `ce n’est pas une session enregistrée au format ${form}`,
  "save-log-unknown": () => "sa main courante vient d’une autre version",
  "file-missing": () => "fichier introuvable",
  "file-forbidden": () => "cet utilisateur n’a pas le droit de le lire",
  "file-too-large": ({ megabytes, most }, { count }) =>
    `${count(megabytes)} Mo dépassent les ${count(most)} Mo qui peuvent être lus d’un coup`,
  "disk-full": () => "le disque est plein",

  "host-disconnected": () => "pas de liaison avec le moteur",
  "host-ended": () => "le moteur s’est arrêté",
  "host-closed": () => "le moteur a fermé la liaison",
  "host-silent": () => "le moteur ne répond pas",
  "window-closed": () => "la fenêtre a été fermée",
  "host-restarted": () => "le moteur a redémarré",
  "requests-waiting": ({ requests }, { count }) => `${count(requests)} requêtes attendent déjà`,
};
