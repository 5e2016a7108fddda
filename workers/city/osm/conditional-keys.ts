/** From the general to the special: a special key overrules a general one. */
export const accessKeys = ["access", "vehicle", "motor_vehicle", "motorcar"];

/** The same for one direction of a way. */
export const directedAccessKeys = accessKeys.flatMap((key) => [`${key}:forward`, `${key}:backward`]);

/** What a key speaks of. */
export type KeyKind = "access" | "oneway" | "speed" | "turn";

/** A key whose values may depend on a condition. */
export interface ConditionedKey {
  readonly key: string;
  readonly kind: KeyKind;
}

const keysOf = (kind: KeyKind, keys: readonly string[]) => keys.map((key): ConditionedKey => ({ key, kind }));

/** By the key that holds the conditions. @see https://wiki.openstreetmap.org/wiki/Conditional_restrictions */
export const conditionalKeys: ReadonlyMap<string, ConditionedKey> = new Map(
  [
    ...keysOf("access", [...accessKeys, ...directedAccessKeys]),
    ...keysOf("oneway", ["oneway", "oneway:motor_vehicle", "oneway:motorcar"]),
    ...keysOf("speed", ["maxspeed", "maxspeed:forward", "maxspeed:backward"]),
    ...keysOf("turn", ["restriction", "restriction:motor_vehicle", "restriction:motorcar"]),
  ].map((conditioned) => [`${conditioned.key}:conditional`, conditioned]),
);
