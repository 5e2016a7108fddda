import { BufferGeometry, Float32BufferAttribute } from "three";

/** Several shapes as one, for a material that reads positions only; the parts are disposed of. */
export function joinGeometries(parts: readonly BufferGeometry[]): BufferGeometry {
  const positions = parts.flatMap((part) => {
    const flat = part.index ? part.toNonIndexed() : part;
    return Array.from(flat.getAttribute("position").array);
  });
  for (const part of parts) part.dispose();
  return new BufferGeometry().setAttribute("position", new Float32BufferAttribute(positions, 3));
}
