import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { memoryPages, validateXML } from "xmllint-wasm";

/** Reference data of DATEX II: schemas of the whole model, and messages from the field. */
const root = path.join(
  process.env["PENDULAIRE_TEST_DATA"] ?? path.join(import.meta.dirname, "../../../shared/data"),
  "std-datex2",
);

export const hasReference = existsSync(root);
if (!hasReference && process.env["CI"] === "true") {
  throw new Error(`no reference data at ${root}, and CI=true allows no skip`);
}
if (!hasReference) console.warn(`skipped: no reference data at ${root} (set PENDULAIRE_TEST_DATA)`);

const rootSchema = "DATEXII_3_D2Payload.xsd";

function filesBelow(folder: string, extension: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .map((name) => path.join(folder, name))
    .sort();
}

/** Every message in XML that is there. */
export function messages(): readonly { readonly name: string; readonly file: string; readonly bytes: Uint8Array }[] {
  if (!hasReference) return [];
  return filesBelow(root, ".xml").map((file) => ({ name: path.basename(file), file, bytes: readFileSync(file) }));
}

/** The folder of the schemas that know situations: a folder for each set of publications. */
function schemaFolder(): string {
  const [folder] = filesBelow(root, "DATEXII_3_Situation.xsd").map((file) => path.dirname(file));
  if (folder === undefined) throw new Error(`no schema of situations below ${root}`);
  return folder;
}

/**
 * Checks documents by libxml2 against the schema of the whole model.
 * @returns what is wrong, one line each; empty when all are valid
 */
export async function schemaFaults(documents: readonly string[]): Promise<readonly string[]> {
  const schemas = filesBelow(schemaFolder(), ".xsd").map((file) => ({
    fileName: path.basename(file),
    contents: readFileSync(file, "utf8"),
  }));
  const result = await validateXML({
    xml: documents.map((contents, row) => ({ fileName: `document-${row}.xml`, contents })),
    schema: schemas.filter(({ fileName }) => fileName === rootSchema),
    preload: schemas.filter(({ fileName }) => fileName !== rootSchema),
    initialMemoryPages: 256 * memoryPages.MiB,
    maxMemoryPages: memoryPages.GiB,
  });
  // Without errors and not valid: the validator itself failed.
  return result.valid ? [] : [result.rawOutput, ...result.errors.map(({ rawMessage }) => rawMessage)];
}
