import { useEffect } from "react";
import { I18nProvider } from "react-aria-components";
import { BothCities } from "./both-cities";
import { useCommandKeys } from "./command-keys";
import { CommandPalette } from "./command-palette";
import { ConnectionState } from "./connection-state";
import { ContractInspector } from "./contract-inspector";
import { DelayChart } from "./delay-chart";
import { FileDrop } from "./file-drop";
import { Incidents } from "./incidents";
import { InstructionPanel } from "./instruction-panel";
import { KeyboardHelp } from "./keyboard-help";
import { LedgerPanel } from "./ledger-panel";
import { MapView } from "./map-view";
import { Notices } from "./notices";
import { useSession } from "./parts";
import { PhonePanel } from "./phone-panel";
import { PlanState } from "./plan-state";
import { ShiftLog } from "./shift-log";
import { text } from "./text";
import { useLanguage } from "./text/use-language";
import { TopBar } from "./top-bar";

/** The one window: incident first, the city as its context. */
export function Console() {
  useCommandKeys();
  const language = useLanguage();
  const isStale = useSession(({ connection }) => connection.kind === "lost");
  const cityName = useSession(({ description }) => description?.cityName);
  useEffect(() => {
    document.title = cityName === undefined ? text.product : `${cityName} · ${text.product}`;
    document.documentElement.lang = language;
  }, [cityName, language]);
  return (
    <I18nProvider locale={language}>
      <div className={isStale ? "console console-stale" : "console"}>
        <TopBar />
        <div className="side side-left">
          <Incidents />
          <PlanState />
          <ShiftLog />
        </div>
        <div className="centre">
          <MapView />
          <ContractInspector />
          <PhonePanel />
          <ConnectionState />
          <Notices />
        </div>
        <div className="side side-right">
          <InstructionPanel />
          <LedgerPanel />
        </div>
        <DelayChart />
        <BothCities />
        <FileDrop />
        <CommandPalette />
        <KeyboardHelp />
      </div>
    </I18nProvider>
  );
}
