/** Namespaces of DATEX II version 3 by the prefixes that we write. @see CEN/TS 16157 parts 1, 2 and 3, model 3.5 */
export const namespaces = {
  d2: "http://datex2.eu/schema/3/d2Payload",
  com: "http://datex2.eu/schema/3/common",
  loc: "http://datex2.eu/schema/3/locationReferencing",
  sit: "http://datex2.eu/schema/3/situation",
  rer: "http://datex2.eu/schema/3/reroutingManagementEnhanced",
  xsi: "http://www.w3.org/2001/XMLSchema-instance",
  /** Our extension: what the standard has no place for. */
  pnd: "urn:pendulaire:datex:1",
} as const;
