import { parseArgs, type ParseArgsConfig } from "node:util";
import { messageOf, type Failure } from "../../common/result";

/** What is wrong with a command line, in one line: Node's own words span several. @param error that `parseArgs` threw */
export function argumentFailure(error: unknown): Failure {
  const [message = ""] = messageOf(error).split("\n");
  const option = /'(--?[^' =]+)/.exec(message)?.[1];
  if (option === undefined) return { message, where: "arguments" };
  if (message.includes("ambiguous")) {
    return { message: `a value that begins with "-" is written ${option}=VALUE`, where: option };
  }
  if (message.startsWith("Unknown option")) return { message: "there is no such option", where: option };
  if (message.includes("argument missing")) return { message: "its value is missing", where: option };
  if (message.includes("does not take")) return { message: "it takes no value", where: option };
  return { message, where: option };
}

/** An option that takes one value and is given several: the last one would count, unsaid. @param args that `parseArgs` took */
export function repeatedOption(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): Failure | undefined {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (seen.has(token.name)) return { message: "is given more than once", where: token.rawName };
    seen.add(token.name);
  }
  return undefined;
}
