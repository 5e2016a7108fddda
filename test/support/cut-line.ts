import { createServer, connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A line between two programs of the loopback that can be cut: what is sent meanwhile arrives when it is whole again. */
export interface Line {
  /** Where to dial instead of the other's port. */
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): void;
}

/** @param port that is dialled for whoever dials the line */
export async function layLine(port: number): Promise<Line> {
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      ends.add(from);
      from.on("data", (piece) => to.write(piece));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        ends.delete(from);
        to.destroy();
      });
      if (isCut) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      for (const end of ends) end.pause();
    },
    mend: () => {
      isCut = false;
      for (const end of ends) end.resume();
    },
    close: () => {
      for (const end of ends) end.destroy();
      server.close();
    },
  };
}
