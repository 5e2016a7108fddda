/** Keys that tell of one side or of both. `parking:lane:…` is the older way to write it. */
export const kerbKeys: readonly string[] = ["left", "right", "both"].flatMap((side) => [
  `parking:${side}`,
  `parking:${side}:orientation`,
  `parking:${side}:capacity`,
  `parking:${side}:restriction`,
  `parking:${side}:access`,
  `parking:lane:${side}`,
]);
