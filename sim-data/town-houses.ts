import { RoadClass } from "../common/city";
import { length } from "../workers/kernel/maths";
import type { HouseRules } from "./buildings";
import { innerTown, mainStreet, oldTown, suburb, works } from "./house-styles";
import { isPark, type Land } from "./land";
import type { MainRoads } from "./main-roads";
import { isInside, type TownPlan } from "./town-plan";

/** What stands where in the small town. */
export function townHouses(plan: TownPlan, land: Land, main: MainRoads): HouseRules {
  return {
    mayStand: (place) => isInside(main.bypass, place) && !isPark(land, place),
    styleAt: ({ roadClass }, place) => {
      if (isInside(land.industry, place)) return works;
      if (isInside(main.ring, place)) return oldTown;
      if (roadClass <= RoadClass.secondary) return mainStreet;
      return length(place.x, place.y) < plan.oldTownRadiusM * 2 ? innerTown : suburb;
    },
  };
}
