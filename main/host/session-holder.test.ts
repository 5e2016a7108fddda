import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import type { HostMessage } from "../../common/console-api";
import { fail, succeed, type Result } from "../../common/result";
import { saveSession } from "./saved-sessions";
import type { Session } from "./session";
import { openSessionActs, type SessionActs } from "./session-acts";
import type { SessionListener, SessionParts } from "./session-context";
import { holdSession, keepEndingSession } from "./session-holder";

vi.mock("./saved-sessions", () => ({ saveSession: vi.fn(() => Promise.resolve(succeed({ path: "/saved" }))) }));
vi.mock("./session", () => ({
  startSession: (parts: SessionParts & { readonly failed: boolean; readonly acts: SessionActs }) => ({
    ...{ failed: parts.failed, context: { parts, acts: parts.acts, ledger: { ledger: parts.ledger } } },
    ...{ describe: () => ({ cityName: parts.folder }), close: () => parts.store.close() },
  }),
}));

const root = mkdtempSync(path.join(tmpdir(), "pendulaire-holder-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => void vi.mocked(saveSession).mockClear());

/** What a session would be made of, in which an incident was declared; what people do in it; and what of it has been closed. */
function prepared(failed = false, incidents = [{}]) {
  const acts = openSessionActs();
  const closed: string[] = [];
  const close = (what: string) => () => Promise.resolve(void closed.push(what));
  const parts = {
    ...{
      failed,
      folder: mkdtempSync(path.join(root, "session-")),
      acts,
      incidents: { all: incidents },
      instructions: { count: 0 },
    },
    ...{ store: { close: close("store") }, keepWarm: close("warm") },
    ledger: { close: close("ledger"), copyTo: () => Promise.resolve() },
  } as unknown as SessionParts;
  return { parts, acts, closed };
}

function held() {
  const notices: string[] = [];
  const heard: HostMessage[] = [];
  const listener = {
    notice: ({ said }: { readonly said: { readonly code: string } }) => void notices.push(said.code),
  } as unknown as SessionListener;
  const send = (message: HostMessage) => heard.push(message) > 0;
  const viewers = new Set([{ viewing: true, connection: { shell: "browser" as const, send } }]);
  return { holder: holdSession(viewers, listener), listener, notices, heard };
}

const opens = (one: { readonly parts: SessionParts }) => () => Promise.resolve(succeed(one.parts));
const folderOf = (session: Session | undefined) => session?.context.parts.folder;

describe("another city", () => {
  test("takes the place of a session that is saved first, and everybody hears of it", async () => {
    const { holder, notices, heard } = held();
    const [before, after] = [prepared(), prepared()];
    await holder.replace(opens(before));
    expect(heard).toEqual([]);
    expect((await holder.replace(opens(after))).ok).toBe(true);
    expect(notices).toEqual(["session-saving", "session-saved"]);
    expect(before.closed).toEqual(["store"]);
    expect(heard).toMatchObject([{ name: "reopened", value: { cityName: after.parts.folder } }]);
  });

  test("is opened after the first one failed, and those who waited for that one hear of it", async () => {
    const { holder, heard } = held();
    expect((await holder.replace(() => Promise.resolve(fail("no roads")))).ok).toBe(false);
    expect((await holder.replace(opens(prepared()))).ok).toBe(true);
    expect(heard).toMatchObject([{ name: "reopened" }]);
  });

  test("takes the place of a session that has failed, unsaved, which is said", async () => {
    const { holder, notices } = held();
    await holder.replace(opens(prepared(true)));
    expect((await holder.replace(opens(prepared()))).ok).toBe(true);
    expect(notices).toEqual(["session-not-saved"]);
    expect(saveSession).not.toHaveBeenCalled();
  });

  test("leaves nothing behind where the session before cannot be saved, which stays", async () => {
    const { holder } = held();
    const before = prepared();
    await holder.replace(opens(before));
    const refused = (): Promise<Result<never>> => Promise.resolve(fail("disk full"));
    for (const outcome of [refused, () => Promise.reject(new Error("out of memory"))]) {
      vi.mocked(saveSession).mockImplementationOnce(outcome);
      const after = prepared();
      const replaced = await holder.replace(opens(after)).catch(() => undefined);
      expect(replaced?.ok).not.toBe(true);
      expect(after.closed.sort()).toEqual(["ledger", "store", "warm"]);
      expect(existsSync(after.parts.folder)).toBe(false);
      expect(folderOf(holder.open())).toBe(before.parts.folder);
    }
    expect(before.closed).toEqual([]);
    expect(before.acts.held).toBe(false);
    expect((await holder.replace(opens(prepared()))).ok).toBe(true);
  });

  test("is given up: what came all the same goes, and the session before stays", async () => {
    const { holder } = held();
    const [before, after] = [prepared(), prepared()];
    await holder.replace(opens(before));
    let give: (parts: Result<SessionParts>) => void = () => undefined;
    let aborted = false;
    const opening = holder.replace((signal) => {
      signal.addEventListener("abort", () => (aborted = true));
      return new Promise((resolve) => (give = resolve));
    });
    expect((await holder.replace(opens(prepared()))).ok).toBe(false);
    holder.giveUp();
    expect(aborted).toBe(true);
    give(succeed(after.parts));
    expect(await opening).toMatchObject({ ok: false, error: { said: { code: "opening-given-up" } } });
    expect(existsSync(after.parts.folder)).toBe(false);
    expect(folderOf(holder.open())).toBe(before.parts.folder);
    expect(saveSession).not.toHaveBeenCalled();
    expect((await holder.replace(opens(prepared()))).ok).toBe(true);
  });

  test("takes the place of one in which nothing more is done once it is being saved", async () => {
    const { holder } = held();
    const [before, after] = [prepared(), prepared()];
    await holder.replace(opens(before));
    let saved: (result: Result<{ readonly path: string }>) => void = () => undefined;
    vi.mocked(saveSession).mockImplementationOnce(() => new Promise((resolve) => (saved = resolve)));
    let end: (result: Result<string>) => void = () => undefined;
    const act = before.acts.carryOut(() => new Promise<Result<string>>((resolve) => (end = resolve)));
    const opening = holder.replace(opens(after));
    await vi.waitFor(() => expect(before.acts.held).toBe(true));
    // What was begun before is in the save.
    expect(saveSession).not.toHaveBeenCalled();
    end(succeed("declared"));
    expect(await act).toEqual(succeed("declared"));
    await vi.waitFor(() => expect(saveSession).toHaveBeenCalled());
    expect(await before.acts.carryOut(() => succeed("too late"))).toMatchObject(refused);
    saved(succeed({ path: "/saved" }));
    expect((await opening).ok).toBe(true);
    expect(await before.acts.carryOut(() => succeed("too late"))).toMatchObject(refused);
    expect(await after.acts.carryOut(() => succeed("in time"))).toEqual(succeed("in time"));
  });

  test("that is given up while the session before is saved lets that one go on", async () => {
    const { holder } = held();
    const before = prepared();
    await holder.replace(opens(before));
    vi.mocked(saveSession).mockImplementationOnce(() => {
      holder.giveUp();
      return Promise.resolve(succeed({ path: "/saved" }));
    });
    expect(await holder.replace(opens(prepared()))).toMatchObject({ error: { said: { code: "opening-given-up" } } });
    expect(folderOf(holder.open())).toBe(before.parts.folder);
    expect(before.acts.held).toBe(false);
  });
});

const refused = { ok: false, error: { said: { code: "session-held" } } };

describe("a session's end", () => {
  test("saves what was done in it by whomever, without any incident or instruction", async () => {
    const { holder, listener } = held();
    const [untouched, signed] = [prepared(false, []), prepared(false, [])];
    await holder.replace(opens(untouched));
    expect(await keepEndingSession(holder.open(), listener)).toEqual(succeed(null));
    await holder.replace(opens(signed));
    await signed.acts.carryOut(() => succeed("a commuter's contract"));
    expect(await keepEndingSession(holder.open(), listener)).toEqual(succeed("/saved"));
    expect(signed.acts.held).toBe(true);
  });

  test("is put off where it cannot be saved: it goes on", async () => {
    const { holder, listener } = held();
    const before = prepared();
    await holder.replace(opens(before));
    const refusal = (): Promise<Result<never>> => Promise.resolve(fail("disk full"));
    for (const outcome of [refusal, () => Promise.reject(new Error("out of memory"))]) {
      vi.mocked(saveSession).mockImplementationOnce(outcome);
      const kept = await keepEndingSession(holder.open(), listener).catch(() => undefined);
      expect(kept?.ok).not.toBe(true);
      expect(before.acts.held).toBe(false);
    }
  });
});
