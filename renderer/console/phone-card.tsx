import type { CommuterReport, WalletReport } from "../../common/commuter-api";
import type { ContractReport } from "../../common/console-api";
import type { ReactNode } from "react";
import { useInstant } from "./clock";
import { Action } from "./elements";
import { count, minuteOf } from "./figures";
import { Hash } from "./ledger-panel";
import { useParts } from "./parts";
import type { TerminalRoads } from "../state/phone";
import { PhoneContract } from "./phone-contract";
import { text } from "./text";

interface PhoneCardProps {
  readonly report: CommuterReport;
  /** null: the commuter has none, or it is not on the ledger yet. */
  readonly contract: ContractReport | null;
  readonly roads: TerminalRoads;
  /** What the holder agrees to. */
  readonly consent: ReactNode;
}

/** The phone itself: only what its holder would see. */
export function PhoneCard({ report, contract, roads, consent }: PhoneCardProps) {
  const { wallet, messages } = report;
  return (
    <article className="phone-card" data-testid="phone-card">
      <PhoneBar />
      {contract === null || wallet === null ? (
        <p className="phone-nothing">
          {report.contractNumber === null ? text.phone.withoutContract : text.phone.notYetSigned}
        </p>
      ) : (
        <>
          <PhoneContract {...{ contract, wallet, messages, roads }} state={text.phone.state[contract.state]} />
          {consent}
          <Verdict contract={contract} wallet={wallet} />
        </>
      )}
    </article>
  );
}

function PhoneBar() {
  const now = useInstant(minuteOf);
  return (
    <div className="phone-bar" aria-hidden="true">
      <span>{now}</span>
      <i className="phone-notch" />
      <span>{text.product}</span>
    </div>
  );
}

/** Whether all that the phone shows of the ledger is proved. Belongs to the console, not to the phone's holder. */
function Verdict({ contract, wallet }: { readonly contract: ContractReport; readonly wallet: WalletReport }) {
  const { workbench } = useParts();
  const isProved = contract.proof.verdict === "ok" && wallet.verdict === "ok";
  return (
    <footer className="phone-foot">
      <p className={isProved ? "verified" : "attention"} data-testid="phone-verdict" data-ok={isProved}>
        {isProved ? `✓ ${text.phone.verified(count(contract.proof.height))}` : `✗ ${text.phone.distrust}`}
      </p>
      {!isProved && (
        <p>
          {[contract.proof.verdict, wallet.verdict]
            .filter((verdict) => verdict !== "ok")
            .map((verdict) => text.fact(verdict))
            .join("; ")}
        </p>
      )}
      <p className="phone-address">
        {text.phone.address} <Hash what={text.phone.address} value={contract.contractId} />
      </p>
      <p>{text.phone.privacy}</p>
      <Action
        kind="quiet"
        data-testid="phone-inspect"
        onPress={() => workbench.setState({ inspector: { instructionId: null, contractId: contract.contractId } })}
      >
        {text.phone.inspect}
      </Action>
    </footer>
  );
}
