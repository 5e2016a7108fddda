import { edgeCountOf, type City } from "../../common/city";

/** Commuters a kilometre of directed road when nobody says how many: about what fills Krems's morning. An assumption. */
const peoplePerKm = 75;
const peopleMax = 60_000;

/** The number of commuters where none is given. */
export function usualPeople(city: City): number {
  let lengthM = 0;
  for (let edge = 0; edge < edgeCountOf(city); edge++) lengthM += city.columns.edgeLengthM[edge];
  const people = Math.round(((lengthM / 1000) * peoplePerKm) / 500) * 500;
  return Math.min(peopleMax, Math.max(500, people));
}
