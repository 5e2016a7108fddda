/**
 * The one table of behavioural parameters: value, range, unit and source of each. No value was chosen by the result that
 * it gives. "Assumption" marks what no source was found for; a run's report names the values that were used.
 */
export interface Parameter {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly source: string;
}

export const parameters = {
  departureMeanS: {
    value: 7 * 3600 + 20 * 60,
    low: 7 * 3600,
    high: 7 * 3600 + 45 * 60,
    unit: "s after midnight",
    source:
      "fitted to US Census 2000, Journey to Work: 20 % of workers leave before 6:30 and 53 % from 6:30 to 8:29 (those who leave after 10:00 left out)",
  },
  departureDeviationS: {
    value: 65 * 60,
    low: 40 * 60,
    high: 80 * 60,
    unit: "s",
    source: "fitted together with departureMeanS",
  },
  workDayMeanS: {
    value: 8.75 * 3600,
    low: 8 * 3600,
    high: 9.5 * 3600,
    unit: "s between the two departures",
    source: "assumption: 8 hours of work, a break, and the way",
  },
  workDayDeviationS: { value: 3600, low: 1800, high: 7200, unit: "s", source: "assumption" },
  jobDistanceM: {
    value: 6500,
    low: 2000,
    high: 10_000,
    unit: "m at which a job attracts half as much",
    source:
      "form 1 / (1 + (d / d0)²) and range assumed; towards the mean 25.5 min to work of US Census 2000, Journey to Work: the bundled metropolis comes to 20 min",
  },
  speedFactorDeviation: {
    value: 0.1,
    low: 0.05,
    high: 0.15,
    unit: "part of the speed limit",
    source: "SUMO's default for passenger cars (speedFactor normc(1, 0.1, 0.2, 2))",
  },
  contractShare: {
    value: 0.2,
    low: 0.1,
    high: 0.3,
    unit: "part of commuters",
    source: "Rijkswaterstaat fact sheet Spitsmijden: about 1 in 5 of those invited join",
  },
  windowWidthS: {
    value: 1800,
    low: 900,
    high: 3600,
    unit: "s",
    source: "assumption: agreed departure window around the usual departure",
  },
  passageToleranceS: {
    value: 1200,
    low: 600,
    high: 1800,
    unit: "s either side of the expected passage",
    source: "assumption",
  },
  hears: {
    value: 0.9,
    low: 0.7,
    high: 1,
    unit: "part of those concerned",
    source: "assumption: a spoken message to the phone of a driver who volunteered",
  },
  hearingDelayMaxS: { value: 180, low: 30, high: 600, unit: "s, uniform from 0", source: "assumption" },
  holdReleaseMaxS: {
    value: 300,
    low: 0,
    high: 900,
    unit: "s after the end of a hold, uniform from 0",
    source: "assumption: people who were told a time leave in the minutes after it",
  },
  navigatedShare: {
    value: 0.25,
    low: 0,
    high: 0.5,
    unit: "part of commuters without an agreed itinerary",
    source: "assumption: those who let a device find the way by present times",
  },
  unpaidRerouting: {
    value: 0.2,
    low: 0.1,
    high: 0.4,
    unit: "part of those whose way is closed",
    source: "TR-F 2007 (Oslo): about 20 % reroute at a closure sign; USDOT: seldom over 40 %",
  },
  rewardSlope: {
    value: 0.37,
    low: 0.2,
    high: 0.5,
    unit: "log-odds per euro, 0–3 €",
    source: "derived from CURACAO, The Hague (A12, 2006): peak share of volunteers 50 → 25 % over 0–3 €",
  },
  rewardSaturationEur: {
    value: 3,
    low: 3,
    high: 3,
    unit: "€ above which a reward adds little",
    source: "CURACAO, The Hague: €3 does most of the work",
  },
  rewardSlopeBeyond: {
    value: 0.05,
    low: 0,
    high: 0.1,
    unit: "log-odds per euro, 3–7 €",
    source: "assumption for 'more adds little'; nothing is extrapolated above 7 €",
  },
  rewardMaximumEur: { value: 7, low: 7, high: 7, unit: "€ a day", source: "upper end of what was tried (Spitsmijden)" },
  earlyCost: {
    value: 0.6,
    low: 0.4,
    high: 0.8,
    unit: "cost of a minute too early, as a part of that of a minute of travel",
    source: "Small 1982 (Amer. Econ. Rev. 72): β ≈ 0.6 α",
  },
  lateCost: {
    value: 2.4,
    low: 1.5,
    high: 4,
    unit: "cost of a minute too late, as a multiple of that of a minute of travel",
    source: "Small 1982 (Amer. Econ. Rev. 72): γ ≈ 2.4 α",
  },
  valueOfTimeEurPerH: {
    value: 10,
    low: 5,
    high: 20,
    unit: "€/h",
    source: "Wardman, Chintakayala, de Jong 2016 (Transp. Res. A 94), order of commuting values in Europe",
  },
  nestDissimilarity: {
    value: 0.6,
    low: 0.3,
    high: 1,
    unit: "dissimilarity of the nest of departure times and ways by car; 1 = multinomial logit",
    source: "assumption: 0 < θ ≤ 1 is what utility maximisation allows (McFadden 1978)",
  },
  usualShareUnpaid: {
    value: 0.5,
    low: 0.4,
    high: 0.7,
    unit: "part of volunteers that travels as usual when the menu pays nothing",
    source:
      "taken to be the volunteers' share of peak trips at 0 € from which rewardSlope is derived: CURACAO, The Hague (A12, 2006)",
  },
  menuStepS: {
    value: 900,
    low: 300,
    high: 1800,
    unit: "s between departures on the menu",
    source: "assumption: quarter hours",
  },
  menuReachS: {
    value: 3600,
    low: 1800,
    high: 5400,
    unit: "s by which the menu's departures are earlier or later at most",
    source: "assumption: volunteers of the A12 moved to new shoulder peaks beside the old one (CURACAO, The Hague)",
  },
  menuPeakS: {
    value: 5400,
    low: 3600,
    high: 9000,
    unit: "s, the busiest part of the morning, in which the menu pays least",
    source: "assumption of the authority's menu, not of behaviour",
  },
  menuRewardPeakEur: { value: 1, low: 0.5, high: 3, unit: "€ a day", source: "assumption of the authority's menu" },
  menuRewardEur: {
    value: 3,
    low: 1,
    high: 7,
    unit: "€ a day outside the peak",
    source: "CURACAO, The Hague: €3 does most of the work",
  },
  menuRewardWayEur: {
    value: 1,
    low: 0,
    high: 3,
    unit: "€ a day more for the alternative way",
    source: "assumption of the authority's menu",
  },
  alternativeLongest: {
    value: 1.25,
    low: 1.1,
    high: 1.5,
    unit: "travel time of the alternative way on the menu over that of the usual, at most",
    source: "assumption; half of the gain of rerouting needs about 30 % willing to detour (Twente)",
  },
  trustInitial: { value: 0.5, low: 0.3, high: 0.8, unit: "0 … 1, where everybody begins", source: "assumption" },
  trustGain: {
    value: 0.1,
    low: 0.02,
    high: 0.3,
    unit: "part of the way to 1 after a good experience",
    source: "assumption",
  },
  trustLoss: {
    value: 0.25,
    low: 0.1,
    high: 0.5,
    unit: "part of the way to 0 after a bad experience",
    source: "assumption: larger than the gain, as Slovic 1993 (Risk Analysis 13) found trust to be asymmetric",
  },
  trustWeight: {
    value: 2,
    low: 0,
    high: 4,
    unit: "log-odds of complying between no trust and full trust; 0 = the baseline without trust",
    source: "assumption",
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;
export type ParameterValues = Readonly<Record<ParameterName, number>>;

/** The values, with those that a scenario sets. */
export function parameterValues(changed: Partial<ParameterValues> = {}): ParameterValues {
  const values = Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
  return { ...(values as ParameterValues), ...changed };
}
