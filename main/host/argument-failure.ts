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
