/**
 * Facts that come as English words: what the city's import made up or left out, and the light client's checks. A fact
 * that is not here is shown in English, see `test/verification/french-facts.test.ts`.
 */
const facts: Readonly<Record<string, string>> = {
  "homes and jobs": "logements et emplois",
  districts: "quartiers",
  terminals: "bornes",
  "signal programs": "plans de feux",
  "homes and jobs: from the floor area of buildings and the land use around them":
    "logements et emplois : d’après la surface des bâtiments et l’occupation du sol alentour",
  "homes and jobs: from the class and length of roads, for want of buildings":
    "logements et emplois : d’après la classe et la longueur des voies, faute de bâtiments",
  "districts: around named places, filled up by compass":
    "quartiers : autour des lieux-dits, complétés selon les points cardinaux",
  "terminals: where sampled commutes pass": "bornes : là où passent des trajets échantillonnés",
  "signal programs: fixed times, by the roads that meet and the commutes that pass":
    "plans de feux : temps fixes, selon les voies qui se croisent et les trajets qui passent",
  "parking spaces": "places de stationnement",
  "parking spaces: where nobody counted them, from area, length of kerb or kind":
    "places de stationnement : là où personne ne les a comptées, d’après la surface, la longueur du trottoir ou le type",
  everything: "tout",
  "everything: this city is made up, from its river to its street names":
    "tout : cette ville est inventée, de sa rivière à ses noms de rues",

  "place on the globe: the file states none": "emplacement sur le globe : le fichier n’en donne pas",
  "place on the globe": "emplacement sur le globe",
  "classes of roads: by speed and lanes where the file states none":
    "classes des voies : d’après la vitesse et les voies, là où le fichier n’en donne pas",
  "classes of roads": "classes des voies",
  "ways across junctions": "trajets à travers les carrefours",
  "ways back where the network ends": "demi-tours là où le réseau s’arrête",

  signals: "feux",
  "nothing crosses there": "rien ne s’y croise",
  "no crossing within 45 m: for pedestrians, who are not simulated":
    "aucun carrefour à moins de 45 m : pour les piétons, qui ne sont pas simulés",
  "stop and give-way signs": "panneaux stop et cédez-le-passage",
  "they stand on the crossing itself and face no one": "ils sont sur le carrefour même et ne s’adressent à personne",
  "no crossing within 45 m ahead": "aucun carrefour dans les 45 m qui suivent",
  "directed road sections": "tronçons orientés",
  "points of roads": "points de voies",
  "not in the file: the road is cut there": "absents du fichier : la voie y est coupée",
  "passages at barriers": "passages à des barrières",
  "bollards, blocks or closed gates: the road ends on both sides":
    "bornes, blocs ou portails fermés : la voie s’arrête des deux côtés",
  "no such number is possible: the class decides instead": "un tel nombre est impossible : la classe en décide",
  "they do not fit the number of lanes": "elles ne correspondent pas au nombre de voies",
  "turn restrictions": "interdictions de tourner",
  "they are for other vehicles than cars": "elles visent d’autres véhicules que les voitures",
  "they hold for other vehicles, or in other weather": "elles visent d’autres véhicules, ou un autre temps",
  "they hold for some drivers only": "elles ne visent que certains conducteurs",
  "they depend on holidays, of which there is no calendar here":
    "elles dépendent de jours fériés ou de vacances, dont il n’y a pas de calendrier ici",
  "their condition is not understood: it counts as never met":
    "leur condition n’est pas comprise : elle compte comme jamais remplie",
  "they hold at red only": "elles ne valent qu’au rouge",
  "further values of turn restrictions": "autres valeurs d’interdictions de tourner",
  "other hours of conditional tags": "autres heures d’étiquettes conditionnelles",
  "cars are excepted": "les voitures en sont exemptées",
  "their kind is unknown": "leur type est inconnu",
  "they lead over a way that others drive too, or end within a junction: not supported":
    "elles passent par un chemin que d’autres empruntent aussi, ou finissent dans un carrefour : pas pris en charge",
  "their ways carry no cars here or do not meet along the ways between":
    "leurs chemins ne portent pas de voitures ici, ou ne se rejoignent pas par les chemins intermédiaires",
  "they name more or longer ways than one turn has":
    "elles nomment plus de chemins, ou de plus longs, qu’il n’y en a pour un virage",
  "there are more of them, or over longer ways, than are searched":
    "il y en a plus, ou sur de plus longs chemins, qu’il n’en est cherché",
  "from, via or to is missing": "from, via ou to manque",
  "their ways carry no cars here or do not meet at the node":
    "leurs chemins ne portent pas de voitures ici, ou ne se rejoignent pas à ce nœud",
  "building and area outlines": "contours de bâtiments et de zones",
  "some of their points are not in the file": "certains de leurs points manquent dans le fichier",
  "they enclose less than a square metre": "ils enclosent moins d’un mètre carré",
  "outer ways of multipolygons": "chemins extérieurs de multipolygones",
  "they do not close to a ring in this file": "ils ne forment pas d’anneau dans ce fichier",
  "car parks": "parcs de stationnement",
  "their relation is no multipolygon": "leur relation n’est pas un multipolygone",
  "stretches of kerb parking": "stationnements le long du trottoir",
  "their road is not part of the network": "leur voie ne fait pas partie du réseau",
  "their road only leads into the network, or only out of it":
    "leur voie ne fait qu’entrer dans le réseau, ou qu’en sortir",
  "no number of spaces: they are estimated instead": "ce n’est pas un nombre de places : elles sont estimées",
  "nothing that is known: they count as not tagged": "rien de connu : elles comptent comme absentes",
  "ways tagged as highway": "chemins marqués highway",
  "not built yet": "pas encore construits",
  "not for cars by their class (paths, steps, platforms, …)":
    "pas pour les voitures, de par leur classe (sentiers, escaliers, quais…)",
  "areas: cars follow lines": "surfaces : les voitures suivent des lignes",
  "closed to the public's cars by an access tag": "fermés aux voitures du public par une étiquette d’accès",
  "service roads": "voies de service",
  tracks: "chemins agricoles",
  "parking aisles and driveways lead to one plot": "les allées de parking et accès privés mènent à une seule parcelle",
  "they serve plots and join no parts of the network": "elles desservent des parcelles et ne relient rien du réseau",
  "for farm and forest vehicles, and they join no parts of the network":
    "pour engins agricoles et forestiers, et ils ne relient rien du réseau",

  roads: "voies",
  "the file has no two different points of them": "le fichier n’en a pas deux points différents",
  edges: "tronçons",
  "lanes beside roads": "bandes le long des voies",
  "for pedestrians, bicycles, rails or nobody": "pour piétons, vélos, rails ou personne",
  "members of roundabouts": "membres de ronds-points",
  "not in the network": "absents du réseau",
  "not used here": "pas utilisés ici",
  "not known: they are run by priority": "inconnu : ils suivent la priorité",
  "not known: it is seen from how their lanes lie": "inconnu : elle se lit sur la position de leurs voies",
  "not known: their junction's requests rule alone": "inconnu : seules les priorités du carrefour valent",
  "only UTM and transverse Mercator are known": "seules UTM et Mercator transverse sont connues",
  "of a controller that the network does not have": "d’un contrôleur que le réseau n’a pas",
  "their signals rule no road for motor vehicles": "leurs feux ne règlent aucune voie pour véhicules à moteur",
  "signals that follow demand": "feux asservis au trafic",
  "run by the usual times of their phases so far": "suivent pour l’instant les durées usuelles de leurs phases",
  "connections' signals": "feux de connexions",
  "of a second controller at one junction": "d’un second contrôleur à un même carrefour",
  "run by the times of their phases": "suivent les durées de leurs phases",
  "orders of phases (next)": "ordres de phases (next)",
  "phases follow in their order": "les phases se suivent dans leur ordre",
  connections: "connexions",
  "from or to what is left out": "depuis ou vers ce qui est laissé de côté",

  "the file is in its canonical form": "le fichier est sous sa forme canonique",
  "the first header is the trusted one": "le premier en-tête est celui de confiance",
  "the contract is readable": "le contrat est lisible",
  "the clause shown is the one that the commuter signed": "la clause affichée est celle que le pendulaire a signée",
  "the clause shown is not the one that was signed": "la clause affichée n’est pas celle qui a été signée",
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^values of (.+)$/, "valeurs de $1"],
  [/^they hold at other hours than (.+)$/, "elles valent à d’autres heures que $1"],
  [/^they depend on the date, and (.+) has none$/, "elles dépendent de la date, et $1 n’en a pas"],
  [/^a condition lifts them at (.+)$/, "une condition les lève à $1"],
  [/^what holds at (.+) is applied all day$/, "ce qui vaut à $1 s’applique toute la journée"],
  [/^closed to cars at (.+) by an access tag$/, "fermés aux voitures à $1 par une étiquette d’accès"],
  [/^ways back where the network ends: (\d+)$/, "demi-tours là où le réseau s’arrête : $1"],
  [
    /^ways across junctions: (\d+) that have no internal lane$/,
    "trajets à travers les carrefours : $1 qui n’ont pas de voie interne",
  ],
  [
    /^right of way at (\d+) junctions without requests: by general rules$/,
    "priorités à $1 carrefours sans requests : selon les règles générales",
  ],
  [/^right of way at (\d+) junctions without requests$/, "priorités à $1 carrefours sans requests"],
  [/^<(.+)> of the network$/, "<$1> du réseau"],
  [/^control of signals by (.+)$/, "commande de feux par $1"],
  [/^projection (.+)$/, "projection $1"],
  [/^junctions' type (.+)$/, "type de carrefours $1"],
  [/^connections' direction (.+)$/, "direction de connexions $1"],
  [/^connections' state (.+)$/, "état de connexions $1"],
  [/^no street that they could be entered from lies within (\d+) m$/, "aucune rue d’où y entrer dans un rayon de $1 m"],
  [/^a city has at most (\d+)$/, "une ville en a au plus $1"],
  [
    /^not connected with the largest part of the network \((\d+)\.(\d) km\)$/,
    "non reliés à la plus grande partie du réseau ($1,$2 km)",
  ],
  [
    /^header (\d+): hash, validator set and every signature$/,
    "en-tête $1 : empreinte, validateurs et toutes les signatures",
  ],
  [/^the contract lies in the state of header (\d+)$/, "le contrat figure dans l’état de l’en-tête $1"],
];

export function frenchFact(english: string): string {
  const known = facts[english];
  if (known !== undefined) return known;
  for (const [pattern, french] of patterns) if (pattern.test(english)) return english.replace(pattern, french);
  return english;
}
