import { BuildingUse } from "../workers/city/ground";

/** How houses of a quarter look; lengths in metres, each drawn between two. */
export interface HouseStyle {
  readonly frontM: readonly [number, number];
  readonly depthM: readonly [number, number];
  /** Between neighbours. */
  readonly gapM: readonly [number, number];
  /** From the kerb. */
  readonly setbackM: readonly [number, number];
  readonly heightM: readonly [number, number];
  /** How far behind the first row a second one stands, if any. */
  readonly yardM: number | null;
  /** One house in so many stands out up to the second height. */
  readonly talls: { readonly share: number; readonly heightM: number };
  readonly uses: readonly BuildingUse[];
  /** Kerb of a local street that one parked car takes, with what driveways and corners leave unused, m. */
  readonly kerbSpaceM: number;
  /** Floor for which there is one space on the plot, m². */
  readonly floorPerSpaceM2: number;
}

const { homes, offices, shops, industry, unknown } = BuildingUse;

export const oldTown: HouseStyle = {
  frontM: [8, 15],
  depthM: [10, 14],
  gapM: [0, 0.5],
  setbackM: [2, 3],
  heightM: [9, 15],
  yardM: 21,
  talls: { share: 0.02, heightM: 32 },
  uses: [unknown, unknown, unknown, shops],
  kerbSpaceM: 9,
  floorPerSpaceM2: 400,
};
export const innerTown: HouseStyle = {
  frontM: [14, 24],
  depthM: [12, 15],
  gapM: [3, 10],
  setbackM: [4, 6],
  heightM: [12, 21],
  yardM: 30,
  talls: { share: 0.04, heightM: 40 },
  uses: [unknown, homes, homes, offices],
  kerbSpaceM: 7,
  floorPerSpaceM2: 160,
};
export const suburb: HouseStyle = {
  frontM: [9, 14],
  depthM: [9, 12],
  gapM: [6, 13],
  setbackM: [5, 9],
  heightM: [6, 9],
  yardM: null,
  talls: { share: 0.03, heightM: 18 },
  uses: [homes],
  kerbSpaceM: 13,
  floorPerSpaceM2: 90,
};
export const mainStreet: HouseStyle = {
  frontM: [18, 34],
  depthM: [13, 18],
  gapM: [4, 14],
  setbackM: [6, 9],
  heightM: [12, 24],
  yardM: null,
  talls: { share: 0.06, heightM: 38 },
  uses: [offices, shops, unknown, homes],
  kerbSpaceM: 8,
  floorPerSpaceM2: 140,
};
export const works: HouseStyle = {
  frontM: [38, 70],
  depthM: [30, 48],
  gapM: [12, 24],
  setbackM: [9, 14],
  heightM: [7, 13],
  yardM: 64,
  talls: { share: 0.03, heightM: 28 },
  uses: [industry],
  kerbSpaceM: 10,
  floorPerSpaceM2: 180,
};

/** The business centre: offices in blocks and towers. */
export const businessBlock: HouseStyle = {
  frontM: [22, 38],
  depthM: [18, 28],
  gapM: [5, 12],
  setbackM: [5, 8],
  heightM: [21, 42],
  yardM: 42,
  talls: { share: 0.19, heightM: 124 },
  uses: [offices, offices, offices, shops],
  kerbSpaceM: 7,
  floorPerSpaceM2: 110,
};
/** Blocks around yards, one house beside the other. */
export const cityBlock: HouseStyle = {
  frontM: [16, 28],
  depthM: [12, 15],
  gapM: [0, 4],
  setbackM: [3, 5],
  heightM: [15, 24],
  yardM: null,
  talls: { share: 0.03, heightM: 42 },
  uses: [homes, homes, homes, offices],
  kerbSpaceM: 6.5,
  floorPerSpaceM2: 160,
};
/** Long slabs among lawns, a tower here and there. */
export const slabs: HouseStyle = {
  frontM: [48, 82],
  depthM: [12, 14],
  gapM: [26, 44],
  setbackM: [14, 22],
  heightM: [12, 27],
  yardM: 52,
  talls: { share: 0.08, heightM: 62 },
  uses: [homes],
  kerbSpaceM: 6.5,
  floorPerSpaceM2: 110,
};
export const villa: HouseStyle = {
  frontM: [13, 19],
  depthM: [11, 15],
  gapM: [16, 30],
  setbackM: [10, 16],
  heightM: [6.5, 9],
  yardM: null,
  talls: { share: 0, heightM: 10 },
  uses: [homes],
  kerbSpaceM: 16,
  floorPerSpaceM2: 110,
};
/** Rows and pairs of small houses. */
export const rowHouses: HouseStyle = {
  frontM: [14, 32],
  depthM: [9, 11],
  gapM: [8, 15],
  setbackM: [6, 10],
  heightM: [6.5, 9.5],
  yardM: 44,
  talls: { share: 0.02, heightM: 18 },
  uses: [homes],
  kerbSpaceM: 11,
  floorPerSpaceM2: 90,
};
/** The middle of a small town. */
export const terraces: HouseStyle = {
  frontM: [9, 16],
  depthM: [9, 12],
  gapM: [0, 5],
  setbackM: [3, 5],
  heightM: [8, 14],
  yardM: null,
  talls: { share: 0.03, heightM: 22 },
  uses: [homes, homes, unknown],
  kerbSpaceM: 7.5,
  floorPerSpaceM2: 120,
};
/** Along the big roads: offices, shops and flats; lower outside. */
export const avenueBlock: HouseStyle = {
  frontM: [22, 42],
  depthM: [13, 18],
  gapM: [4, 14],
  setbackM: [6, 9],
  heightM: [15, 27],
  yardM: null,
  talls: { share: 0.05, heightM: 46 },
  uses: [offices, shops, homes, homes],
  kerbSpaceM: 8,
  floorPerSpaceM2: 150,
};
export const roadside: HouseStyle = {
  frontM: [16, 34],
  depthM: [11, 16],
  gapM: [12, 30],
  setbackM: [8, 14],
  heightM: [7, 13],
  yardM: null,
  talls: { share: 0.02, heightM: 20 },
  uses: [shops, homes, homes, unknown],
  kerbSpaceM: 12,
  floorPerSpaceM2: 110,
};
/** Works, warehouses, and the offices that belong to them. */
export const yards: HouseStyle = {
  frontM: [34, 70],
  depthM: [28, 46],
  gapM: [12, 26],
  setbackM: [9, 14],
  heightM: [7, 14],
  yardM: 64,
  talls: { share: 0.05, heightM: 32 },
  uses: [industry, industry, offices],
  kerbSpaceM: 10,
  floorPerSpaceM2: 180,
};
