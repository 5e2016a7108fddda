/**
 * Why a file is no city, which comes as English words from the import. A fault that is not here, deep within a file's
 * records, is shown in English; see `test/verification/french-facts.test.ts`.
 */
const faults: Readonly<Record<string, string>> = {
  "file is empty": "le fichier est vide",
  "compressed data end early": "les données compressées s’arrêtent trop tôt",
  "the text is not valid UTF-8": "le texte n’est pas en UTF-8 valide",
  "the text is UTF-16; only UTF-8 is read": "le texte est en UTF-16 ; seul UTF-8 est lu",
  "file ends inside a character": "le fichier s’arrête au milieu d’un caractère",
  "unclosed tag": "une balise n’est pas fermée",
  "document must contain a root element.": "le document n’a pas d’élément racine",
  "text data outside of root node.": "du texte se trouve hors de l’élément racine",

  "no roads for cars in the file": "aucune voie pour voitures dans le fichier",
  "no roads for cars that lead back to where they began":
    "aucune voie pour voitures qui ramène à l’endroit d’où elle part",
  "no roads for motor vehicles in the network": "aucune voie pour véhicules à moteur dans le réseau",
  "no edges in the network": "aucun tronçon dans le réseau",
  "neither OSM XML nor gzip nor OSM pbf, by its first bytes":
    "ni XML d’OSM, ni gzip, ni pbf d’OSM, d’après ses premiers octets",
  "neither XML nor gzip, by its first bytes": "ni XML, ni gzip, d’après ses premiers octets",
  "no OSM header in the file": "aucun en-tête d’OSM dans le fichier",
  "data come before the header": "des données précèdent l’en-tête",
  "file ends inside a block": "le fichier s’arrête au milieu d’un bloc",
  "file ends inside a block's length": "le fichier s’arrête au milieu de la longueur d’un bloc",
  "file ends inside a block's header": "le fichier s’arrête au milieu de l’en-tête d’un bloc",
  "block header is broken": "l’en-tête d’un bloc est endommagé",
  "block is broken": "un bloc est endommagé",
  "block is empty": "un bloc est vide",
  "block is compressed by another method than zlib": "un bloc est compressé autrement que par zlib",
  "file header is broken": "l’en-tête du fichier est endommagé",
  "identifier is missing or no whole number": "l’identifiant manque ou n’est pas un nombre entier",
  "coordinates are missing or no numbers": "les coordonnées manquent ou ne sont pas des nombres",
  "coordinates are out of range": "les coordonnées sont hors limites",
  "a tag has no key or no value": "une étiquette n’a pas de clé ou pas de valeur",
  "a reference to a node is missing or no whole number": "une référence à un nœud manque ou n’est pas un nombre entier",
  "a member has no type or no reference": "un membre n’a pas de type ou pas de référence",
  "a tag is outside of the string table": "une étiquette est hors de la table des textes",

  "names no net-file": "ne nomme aucun net-file",
  "step-length must be more than 0": "step-length doit être supérieur à 0",
  "column is missing or of the wrong type": "une colonne manque ou n’est pas du bon type",
  "the city's bytes are damaged": "les octets de la ville sont endommagés",
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^compressed data are broken \((.*)\)$/, "les données compressées sont endommagées ($1)"],
  [/^inflates to more than (\d+) bytes$/, "se décompresse en plus de $1 octets"],
  [/^encoding (.+) is not supported$/, "le codage $1 n’est pas lu"],
  [/^not a name of an OSM file \((.+)\)$/, "pas un nom de fichier d’OSM ($1)"],
  [
    /^named (\S+), but it is (?:OSM )?(\S+) by its first bytes$/,
    "nommé $1, mais c’est du $2 d’après ses premiers octets",
  ],
  [/^the outermost element is <(.+?)>, not <(.+)>$/, "l’élément extérieur est <$1>, et non <$2>"],
  [
    /^(\d+) of the (\d+) points of its roads are not in the file$/,
    "$1 des $2 points de ses voies ne sont pas dans le fichier",
  ],
  [
    /^its roads reach over (\d+)\.(\d) degrees; a city has at most (\S+)$/,
    "ses voies s’étendent sur $1,$2 degrés ; une ville en a au plus $3",
  ],
  [
    /^the network reaches over (\S+) km; a city has at most (\S+)$/,
    "le réseau s’étend sur $1 km ; une ville en a au plus $2",
  ],
  [
    /^(\d+) roads meet at one point of way (\S+); at most (\d+) are joined$/,
    "$1 voies se rejoignent en un point du chemin $2 ; on en joint au plus $3",
  ],
  [/^not an OSM file: its outermost element is <(.+)>$/, "pas un fichier d’OSM : son élément extérieur est <$1>"],
  [
    /^file needs the feature (.+), which is not supported$/,
    "le fichier demande la fonction $1, qui n’est pas prise en charge",
  ],
  [/^unclosed tag: (.+)$/, "balise non fermée : $1"],
  [/^unexpected close tag\.?$/, "balise fermante inattendue"],
  [/^ends at (\S+) s, not after it begins \((\S+) s\)$/, "finit à $1 s, et non après son début ($2 s)"],
  [/^not a city of the form (.+)$/, "pas une ville de la forme $1"],
];

const records: Readonly<Record<string, string>> = { node: "nœud", way: "chemin", relation: "relation" };

export function frenchFileFault(english: string): string {
  const known = faults[english];
  if (known !== undefined) return known;
  const [, record, id, fault] = /^(node|way|relation) (\S+): (.+)$/.exec(english) ?? [];
  if (record !== undefined && fault !== undefined)
    return `${records[record] ?? record} ${id ?? ""} : ${frenchFileFault(fault)}`;
  for (const [pattern, french] of patterns) if (pattern.test(english)) return english.replace(pattern, french);
  return english;
}

/** "roads.osm: line 7" → "roads.osm : ligne 7". */
export function frenchPlace(english: string): string {
  return english.replace(
    /(^|: )line (\d+)$/,
    (_whole, before: string, line: string) => `${before === "" ? "" : " : "}ligne ${line}`,
  );
}
