import { useEffect, useRef, useState } from "react";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import type { SavedSession, SessionDescription } from "../../common/console-api";
import { failureSaying } from "../../common/result";
import { exportSituations, openCity, openFile, resumeSession } from "./commands";
import { Action, FailureText, ProgressBar } from "./elements";
import { count, dayAndMinuteOf, minuteOf } from "./figures";
import { useParts, useSession, useWorkbench } from "./parts";
import { predictTask } from "../state/session";
import { fileBytesLimit, hasShell, pickedFile, sourceOfFile } from "./shell";
import { say, text } from "./text";
import { useRequest } from "./use-request";

/** Which city this is, what of it was made up, and the way to another one. */
export function CityMenu() {
  const { workbench } = useParts();
  const description = useSession((state) => state.description);
  const isOpen = useWorkbench((state) => state.cityOpen);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={(cityOpen) => workbench.setState({ cityOpen, openFailure: null })}>
      <Button className="badge badge-button city-button" data-testid="city-open">
        <b data-testid="city-name">{description?.cityName ?? "–"}</b>
        <span className="faint">{text.top.open}</span>
      </Button>
      <Popover className="popover popover-wide" placement="bottom end">
        <Dialog className="popover-body" aria-label={text.city.title}>
          {description !== null && <CityFacts description={description} />}
          <CityOpener />
          <SavedSessions />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function CityFacts({ description }: { readonly description: SessionDescription }) {
  const { cityName, people, contracts, seed, date, synthesised, dropped } = description;
  return (
    <>
      <h3>{cityName}</h3>
      <p>{text.city.facts(count(people), count(contracts))}</p>
      <p className="hint">{text.city.seed(seed, date)}</p>
      {synthesised.length > 0 && (
        <>
          <h4>{text.city.madeUp}</h4>
          <ul className="dropped" tabIndex={0}>
            {synthesised.map((one) => (
              <li key={one}>{text.fact(one)}</li>
            ))}
          </ul>
        </>
      )}
      {dropped.length > 0 && (
        <>
          <h4>{text.city.leftOut}</h4>
          <ul className="dropped" tabIndex={0}>
            {dropped.map(({ what, count: dropCount, why }) => (
              <li key={`${what} ${why}`}>
                <b>{count(dropCount)}</b> {text.fact(what)} <span className="faint">· {text.fact(why)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function CityOpener() {
  const parts = useParts();
  const input = useRef<HTMLInputElement>(null);
  const opening = useWorkbench((state) => state.opening);
  const failure = useWorkbench((state) => state.openFailure);

  async function choose() {
    if (!hasShell()) {
      input.current?.click();
      return;
    }
    const source = await pickedFile();
    if (source !== null) await openFile(parts, source);
  }

  async function take(file: File | undefined) {
    if (file === undefined) return;
    if (file.size > fileBytesLimit) {
      const args = { megabytes: Math.ceil(file.size / 1e6), most: Math.floor(fileBytesLimit / 1e6) };
      parts.workbench.setState({ openFailure: failureSaying({ code: "file-too-large", args }, file.name) });
      return;
    }
    await openFile(parts, await sourceOfFile(file));
  }

  return (
    <div className="city-opener">
      <Action kind="primary" data-testid="city-pick" isDisabled={opening !== null} onPress={() => void choose()}>
        {text.city.openFile}
      </Action>
      <Action
        data-testid="city-bundled"
        isDisabled={opening !== null}
        onPress={() => void openCity(parts, { kind: "bundled" })}
      >
        {text.city.bundled}
      </Action>
      <Action data-testid="datex-export" onPress={() => void exportSituations(parts)}>
        {text.commands.names.exportSituations}
      </Action>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={text.city.openFile}
        data-testid="city-file"
        onChange={({ target }) => {
          void take(target.files?.[0]);
          target.value = "";
        }}
      />
      <p className="hint">{text.city.formats}</p>
      <FailureText failure={failure} testId="city-failure" />
    </div>
  );
}

/** Sessions that were saved, newest first, each of which goes on where it was. */
function SavedSessions() {
  const parts = useParts();
  const opening = useWorkbench((state) => state.opening);
  const [saves, setSaves] = useState<readonly SavedSession[] | null>(null);
  const { run, failure } = useRequest("session.list");
  // A save that ends while the menu is open belongs into the list.
  const justSaved = useSession(({ notices }) => notices.filter(({ said }) => said.code === "session-saved").at(-1)?.id);
  useEffect(() => {
    void run({}).then((listed) => {
      if (listed.ok) setSaves(listed.value.sessions);
    });
  }, [run, justSaved]);
  return (
    <section className="saves" aria-labelledby="saves-title">
      <h4 id="saves-title">{text.city.saves}</h4>
      {saves?.length === 0 && <p className="hint">{text.city.noSaves}</p>}
      <ul className="saves-list">
        {saves?.map((save) => (
          <li key={save.path}>
            <Action
              data-testid="save-resume"
              isDisabled={opening !== null}
              onPress={() => void resumeSession(parts, save)}
            >
              <b>{save.cityName}</b> {minuteOf(save.timeS)}
              <span className="faint">
                {(save.automatic ? text.city.savedByItself : text.city.savedAt)(dayAndMinuteOf(save.savedAt))}
              </span>
            </Action>
          </li>
        ))}
      </ul>
      <FailureText failure={failure} testId="saves-failure" />
    </section>
  );
}

interface OpeningProps {
  readonly name: string;
  /** Another city stands, or the menu does: the one that is being opened can be done without. */
  readonly canGiveUp: boolean;
}

export function OpeningProgress({ name, canGiveUp }: OpeningProps) {
  const { bridge } = useParts();
  const progress = useSession((state) => Object.values(state.progress).find(({ task }) => task !== predictTask));
  return (
    <div className="opening" role="status" data-testid="city-opening">
      <span>{text.city.opening(name)}</span>
      <span className="faint">{progress ? say(progress.said) : "…"}</span>
      <ProgressBar share={progress ? progress.done / Math.max(1, progress.total) : 0} label={text.city.opening(name)} />
      {canGiveUp && (
        <Action data-testid="opening-give-up" onPress={() => void bridge.request("city.giveUp", {})}>
          {text.city.giveUp}
        </Action>
      )}
    </div>
  );
}
