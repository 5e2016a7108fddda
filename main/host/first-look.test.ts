import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { awaitFirstLook } from "./first-look";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function settles(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await vi.advanceTimersByTimeAsync(0);
  return settled;
}

test("what waits for the first pictures begins when a console has drawn them, not when it was sent a frame", async () => {
  const look = awaitFirstLook();
  look.seen();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await settles(look.settled)).toBe(false);
  look.drawn();
  expect(await settles(look.settled)).toBe(true);
});

test("it begins all the same where a console never draws, nobody looks, or the session ends", async () => {
  const [hidden, unseen, closed] = [awaitFirstLook(), awaitFirstLook(), awaitFirstLook()];
  await vi.advanceTimersByTimeAsync(5000);
  hidden.seen();
  closed.close();
  expect(await settles(closed.settled)).toBe(true);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await settles(unseen.settled)).toBe(true);
  expect(await settles(hidden.settled)).toBe(false);
  // Only the first frame counts.
  hidden.seen();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await settles(hidden.settled)).toBe(true);
});
