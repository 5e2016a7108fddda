import { parseArgs } from "node:util";
import { describe, expect, it } from "vitest";
import { argumentFailure, repeatedOption } from "./argument-failure";

const options = { seed: { type: "string" }, json: { type: "boolean" } } as const;

function failureOf(...args: string[]) {
  try {
    parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return argumentFailure(error);
  }
  throw new Error("the arguments were taken");
}

describe("a command line that cannot be read", () => {
  it("is refused in one line that names the option, in every Node", () => {
    expect(failureOf("--seed", "-1")).toEqual({
      message: 'a value that begins with "-" is written --seed=VALUE',
      where: "--seed",
    });
    expect(failureOf("--seed")).toEqual({ message: "its value is missing", where: "--seed" });
    expect(failureOf("--nope", "3")).toEqual({ message: "there is no such option", where: "--nope" });
    expect(failureOf("--json=3")).toEqual({ message: "it takes no value", where: "--json" });
    expect(argumentFailure(new Error("one\ntwo"))).toEqual({ message: "one", where: "arguments" });
  });

  it("has an option twice, in whatever form, and is refused by it", () => {
    const repeated = (...args: string[]) => repeatedOption(args, options);
    const failure = { message: "is given more than once", where: "--seed" };
    expect(repeated("--seed", "1", "--seed", "2")).toEqual(failure);
    expect(repeated("--seed=1", "city", "--seed", "1")).toEqual(failure);
    expect(repeated("--seed", "1", "city", "--json", "--", "--seed", "--seed")).toBeUndefined();
  });
});
