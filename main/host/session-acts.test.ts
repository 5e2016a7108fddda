import { describe, expect, test } from "vitest";
import { fail, succeed, type Result } from "../../common/result";
import { openSessionActs } from "./session-acts";

const held = { ok: false, error: { said: { code: "session-held" } } };

describe("what people do in a session", () => {
  test("is refused from the moment that it is held until it is let go on", async () => {
    const acts = openSessionActs();
    const release = await acts.hold();
    let begun = 0;
    const act = () => succeed(++begun);
    expect(await acts.carryOut(act)).toMatchObject(held);
    expect(await acts.admit(act)).toMatchObject(held);
    expect([begun, acts.count, acts.held]).toEqual([0, 0, true]);
    release();
    expect(await acts.carryOut(act)).toEqual(succeed(1));
    expect(acts.held).toBe(false);
  });

  test("is held once what is under way has ended, by failing too, and by each who holds it", async () => {
    const acts = openSessionActs();
    let end: (result: Result<string>) => void = () => undefined;
    const first = acts.carryOut(() => new Promise<Result<string>>((resolve) => (end = resolve)));
    const second = acts.admit(() => Promise.reject(new Error("no answer"))).catch(() => "failed");
    let isHeld = false;
    const holding = acts.hold().then((release) => {
      isHeld = true;
      return release;
    });
    expect(await second).toBe("failed");
    expect(await acts.carryOut(() => succeed("late"))).toMatchObject(held);
    expect(isHeld).toBe(false);
    end(succeed("done"));
    expect(await first).toEqual(succeed("done"));
    const release = await holding;
    const again = await acts.hold();
    release();
    expect(acts.held).toBe(true);
    again();
    expect(acts.held).toBe(false);
  });

  test("counts where it was carried out and is work to be kept", async () => {
    const acts = openSessionActs();
    await acts.carryOut(() => fail("no such road"));
    await acts.admit(() => succeed("faster"));
    expect(acts.count).toBe(0);
    await acts.carryOut(() => succeed("signed"));
    expect(acts.count).toBe(1);
  });
});
