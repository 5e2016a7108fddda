import { useSession } from "./parts";

/** What follows from the present instant, simulated: the component renders again only when that changes. */
export function useInstant<T extends string | number | boolean | null>(derive: (timeS: number) => T): T {
  return useSession(({ clock }) => derive(clock?.timeS ?? 0));
}
