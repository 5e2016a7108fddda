import type { Failure } from "../../common/result";
import { isSaid, type Said } from "../../common/said";

/** What data from outside must look like before it is believed. */
export interface Shape<T> {
  /** What is wrong with the value, or undefined. `where` is the path that led to it. */
  readonly faultOf: (value: unknown, where: string) => Failure | undefined;
  /** Never set: carries T to the type checker. */
  readonly described?: T;
}

type Described<S> = S extends Shape<infer T> ? T : never;

/** True when the value has the shape; what is wrong otherwise, is for `faultOf` to say. */
export function conforms<T>(shape: Shape<T>, value: unknown): value is T {
  return shape.faultOf(value, "") === undefined;
}

function primitive<T>(name: string, test: (value: unknown) => boolean): Shape<T> {
  return { faultOf: (value, where) => (test(value) ? undefined : { message: `expected ${name}`, where }) };
}

export const textShape = primitive<string>("text", (value) => typeof value === "string");
export const flagShape = primitive<boolean>("true or false", (value) => typeof value === "boolean");
/** A finite number. */
export const numberShape = primitive<number>("a number", (value) => Number.isFinite(value));
/** A safe integer ≥ 0: counts, rows, heights. */
export const countShape = primitive<number>("a count", (value) => Number.isSafeInteger(value) && Number(value) >= 0);
/** A safe integer: amounts of micro-tokens. */
export const amountShape = primitive<number>("a whole amount", (value) => Number.isSafeInteger(value));
export const bytesShape = primitive<Uint8Array>("bytes", (value) => value instanceof Uint8Array);

export const saidShape = primitive<Said>("a saying of this version", (value) => isSaid(value));

export function oneOf<const T extends string>(...allowed: readonly T[]): Shape<T> {
  return primitive(`one of ${allowed.join(", ")}`, (value) => allowed.some((text) => text === value));
}

/** Exactly this value: the tag of a discriminated union. */
export function exactly<const T extends string | boolean>(expected: T): Shape<T> {
  return primitive(JSON.stringify(expected), (value) => value === expected);
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return { faultOf: (value, where) => (value === null ? undefined : shape.faultOf(value, where)) };
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return { faultOf: (value, where) => (value === undefined ? undefined : shape.faultOf(value, where)) };
}

export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    faultOf(value, where) {
      if (!Array.isArray(value)) return { message: "expected a list", where };
      for (let index = 0; index < value.length; index++) {
        const fault = item.faultOf(value[index], `${where}[${index}]`);
        if (fault) return fault;
      }
      return undefined;
    },
  };
}

export type Fields = Readonly<Record<string, Shape<unknown>>>;

/** An object with at least these fields. A field whose shape accepts undefined may be missing. */
export function record<F extends Fields>(fields: F): Shape<{ readonly [K in keyof F]: Described<F[K]> }> {
  const entries = Object.entries(fields);
  return {
    faultOf(value, where) {
      if (!isRecord(value)) return { message: "expected an object", where };
      for (const [name, shape] of entries) {
        const fault = shape.faultOf(value[name], where === "" ? name : `${where}.${name}`);
        if (fault) return fault;
      }
      return undefined;
    },
  };
}

/** Messages of a union: the shape is chosen by the text under `tag`. */
export function union<T>(tag: string, shapes: Readonly<Record<string, Shape<T>>>): Shape<T> {
  return {
    faultOf(value, where) {
      const kind = isRecord(value) ? value[tag] : undefined;
      const shape = typeof kind === "string" && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
      return shape ? shape.faultOf(value, where) : { message: `unknown ${tag} ${JSON.stringify(kind)}`, where };
    },
  };
}

export const anything: Shape<unknown> = { faultOf: () => undefined };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
