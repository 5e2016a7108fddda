import type { ClientMessage } from "../../common/console-api";
import type { Said } from "../../common/said";
import type { HandOver } from "./frame-desk";

/** What the page tells the thread that holds its line. */
export type ToLine =
  /** Takes the place of a line that was open. */
  | { readonly kind: "openPort"; readonly port: MessagePort }
  | { readonly kind: "openSocket"; readonly url: string; readonly query: string }
  | { readonly kind: "send"; readonly message: ClientMessage }
  /** The page has taken a hand-over. */
  | { readonly kind: "framesTaken" }
  | { readonly kind: "close" };

/** What that thread tells the page. */
export type FromLine =
  | { readonly kind: "opened" }
  /** A reply or an event, not yet checked for shape. */
  | { readonly kind: "message"; readonly value: unknown }
  | { readonly kind: "frames"; readonly handOver: HandOver }
  | { readonly kind: "malformed"; readonly what: string }
  | { readonly kind: "lost"; readonly cause: Said };
