import { useEffect, type ComponentType } from "react";
import { I18nProvider } from "react-aria-components";
import type { DockedPanel } from "../state/docking";
import { Alarms } from "./alarms";
import { BothCities } from "./both-cities";
import { useCommandKeys } from "./command-keys";
import { CommandPalette } from "./command-palette";
import { ConnectionState } from "./connection-state";
import { ConsortiumPanel } from "./consortium-panel";
import { ContractInspector } from "./contract-inspector";
import { DelayChart } from "./delay-chart";
import { DockArea, useDockSizes } from "./docking";
import { FileDrop } from "./file-drop";
import { Incidents } from "./incidents";
import { InstructionPanel } from "./instruction-panel";
import { KeyboardHelp } from "./keyboard-help";
import { LedgerPanel } from "./ledger-panel";
import { MapView } from "./map-view";
import { Notices } from "./notices";
import { useSession } from "./parts";
import { isReplay } from "../state/time";
import { PhonePanel } from "./phone-panel";
import { PlanState } from "./plan-state";
import { ShiftLog } from "./shift-log";
import { text } from "./text";
import { useLanguage } from "./text/use-language";
import { SituationSheet } from "./situation-sheet";
import { ReplayBanner, TimeStrip } from "./time-strip";
import { TopBar } from "./top-bar";

/** What stands in the docks; another panel is one more line here and in `state/docking`. */
const panelComponents: Readonly<Record<DockedPanel, ComponentType>> = {
  incidents: Incidents,
  plan: PlanState,
  "shift-log": ShiftLog,
  instruction: InstructionPanel,
  ledger: LedgerPanel,
  delay: DelayChart,
  "both-cities": BothCities,
  alarms: Alarms,
};

/** The one window: incident first, the city as its context. */
export function Console() {
  useCommandKeys();
  const language = useLanguage();
  const sizes = useDockSizes();
  const isStale = useSession(({ connection }) => connection.kind === "lost");
  const replay = useSession(isReplay);
  const cityName = useSession(({ description }) => description?.cityName);
  useEffect(() => {
    document.title = cityName === undefined ? text.product : `${cityName} · ${text.product}`;
    document.documentElement.lang = language;
  }, [cityName, language]);
  return (
    <I18nProvider locale={language}>
      <div className={`console${isStale ? " console-stale" : ""}${replay ? " console-replay" : ""}`} style={sizes}>
        <TopBar />
        <DockArea dock="left" components={panelComponents} />
        <div className="centre">
          <MapView />
          <ReplayBanner />
          <ConsortiumPanel />
          <ContractInspector />
          <PhonePanel />
          <ConnectionState />
          <Notices />
        </div>
        <DockArea dock="right" components={panelComponents} />
        <TimeStrip />
        <DockArea dock="bottom" components={panelComponents} />
        <FileDrop />
        <CommandPalette />
        <SituationSheet />
        <KeyboardHelp />
      </div>
    </I18nProvider>
  );
}
