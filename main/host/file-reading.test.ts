import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { failReading } from "./file-reading";

it("says of a folder that it is one, not what the system calls it", () => {
  const folder = tmpdir();
  let thrown: unknown;
  try {
    readFileSync(folder);
  } catch (error) {
    thrown = error;
  }
  expect(failReading(thrown, folder)).toMatchObject({
    ok: false,
    error: { message: "a folder, where a file is expected", where: folder },
  });
});
