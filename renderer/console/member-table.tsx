import type { ConsortiumReport, MemberReport } from "../../common/ledger-api";
import { count, minuteOf } from "./figures";
import { Hash } from "./ledger-panel";
import { text } from "./text";

/** Who has a right, each proved under the latest header; terminals are many and counted only. */
export function MemberTable({ report: { members, terminals, membersLeftOut } }: { readonly report: ConsortiumReport }) {
  return (
    <section aria-label={text.consortium.members}>
      <h3>
        {text.consortium.members} · {count(members.length + membersLeftOut)} ·{" "}
        {text.consortium.terminals(count(terminals))}
      </h3>
      <table className="table" data-testid="members">
        <thead>
          <tr>
            <th scope="col">{text.consortium.role}</th>
            <th scope="col">{text.consortium.member}</th>
            <th scope="col">{text.consortium.standing}</th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.publicKey} data-testid="member" data-role={member.role} data-revoked={member.revoked}>
              <th scope="row">
                {text.consortium.roles[member.role] ?? member.role}
                {member.cohort !== null && (
                  <span className="faint"> · {text.consortium.cohorts[member.cohort] ?? member.cohort}</span>
                )}
              </th>
              <td>
                <Hash what={text.consortium.member} value={member.publicKey} />
              </td>
              <td className={member.proved && !member.revoked ? "verified" : "attention"}>{standingOf(member)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {membersLeftOut > 0 && <p className="hint">{text.consortium.leftOut(count(membersLeftOut))}</p>}
    </section>
  );
}

function standingOf({ proved, revoked, validUntilS }: MemberReport): string {
  if (!proved) return `✗ ${text.consortium.notProved}`;
  if (revoked) return `✗ ${text.consortium.revoked}`;
  return `✓ ${validUntilS === null ? text.consortium.inForce : text.consortium.until(minuteOf(validUntilS))}`;
}
