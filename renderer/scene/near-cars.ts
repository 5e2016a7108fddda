import { Color, DynamicDrawUsage, Group, InstancedMesh, MeshBasicMaterial } from "three";
import { FrameVehicle, frameVehicleBytes, riderPersonMask, VehicleMark, type FrameView } from "../../common/frame";
import { cautionStandingS, type NearVehicles } from "../layers/vehicles";
import { Answer, type AnswerPicture } from "../state/answers";
import {
  createNearSelection,
  nearMost,
  nearZoom,
  placeBetween,
  selectNear,
  type MovedPlace,
} from "../state/near-vehicles";
import type { Playback } from "../state/playback";
import { standingUnitS } from "../state/standing";
import { buildCarGeometry } from "./car-shape";
import type { Palette } from "./palette";

/** The vehicles nearest to the middle of the map, as models: of some hundreds, whatever the city carries. */
export interface NearCars {
  readonly group: Group;
  /** Moves them for the next picture. Allocates nothing unless a frame came. @param x,y middle of the map, m of the city's plane */
  pose(zoom: number, x: number, y: number): void;
  setShown(shown: boolean): void;
  setPalette(palette: Palette): void;
  close(): void;
}

/** Colours of cars as they are bought (mostly grey), so that none looks like an alarm. */
const paints = [0xe8eaec, 0xc3c8ce, 0x9aa1aa, 0x6e757f, 0x4a5058, 0x33383f, 0x7b8a9c, 0x8d8378];
/** The middle moves this far before the nearest are looked for again, m. */
const reselectM = 12;
const linearM = 100;

/** @param placeOf metres of the scene for metres of the city's plane */
export function createNearCars(
  firstPalette: Palette,
  playback: Playback,
  near: NearVehicles,
  answers: AnswerPicture,
  placeOf: (x: number, y: number) => [number, number],
): NearCars {
  const group = new Group();
  const geometry = buildCarGeometry();
  const material = new MeshBasicMaterial({ vertexColors: true });
  const mesh = new InstancedMesh(geometry, material, nearMost);
  mesh.instanceMatrix.setUsage(DynamicDrawUsage);
  mesh.frustumCulled = false;
  mesh.count = 0;
  group.add(mesh);

  const selection = createNearSelection();
  const place: MovedPlace = { x: 0, y: 0, headingRad: 0 };
  const paint = new Color();
  const marks = { instructed: new Color(), refused: new Color(), caution: new Color(), unasked: new Color() };
  /** The scene's metres as a linear function of the plane's, about the middle of the map. */
  const linear = { x: 0, y: 0, xx: 1, xy: 0, yx: 0, yy: 1 };
  let selectedFrame: FrameView | null = null;
  let shown = true;
  let previousView: { frame: FrameView; view: DataView } | null = null;
  let nextView: { frame: FrameView; view: DataView } | null = null;
  setPalette(firstPalette);

  function setPalette(palette: Palette) {
    marks.instructed.set(palette.instructed);
    marks.refused.set(palette.worse);
    marks.caution.set(palette.caution);
    marks.unasked.set(palette.unasked);
  }

  function hide() {
    near.radiusM = 0;
    mesh.count = 0;
    selectedFrame = null;
  }

  function linearise(x: number, y: number) {
    const [middleX, middleY] = placeOf(x, y);
    const [eastX, eastY] = placeOf(x + linearM, y);
    const [northX, northY] = placeOf(x, y + linearM);
    linear.x = middleX;
    linear.y = middleY;
    linear.xx = (eastX - middleX) / linearM;
    linear.yx = (eastY - middleY) / linearM;
    linear.xy = (northX - middleX) / linearM;
    linear.yy = (northY - middleY) / linearM;
  }

  function select(frame: FrameView, view: DataView, x: number, y: number) {
    selectNear(frame, x, y, selection);
    linearise(x, y);
    near.x = x;
    near.y = y;
    near.radiusM = selection.radiusM;
    selectedFrame = frame;
    mesh.count = selection.count;
    for (let row = 0; row < selection.count; row++) mesh.setColorAt(row, colourOf(view, selection.slots[row]));
    if (mesh.instanceColor !== null) mesh.instanceColor.needsUpdate = true;
  }

  function colourOf(view: DataView, slot: number): Color {
    const at = slot * frameVehicleBytes;
    const person = view.getUint32(at + FrameVehicle.rider, true) & riderPersonMask;
    const flags = view.getUint8(at + FrameVehicle.marks);
    if (answers.states !== null) {
      const answer = answers.states[person];
      if (answer === Answer.complied) return marks.instructed;
      return answer === Answer.refused ? marks.refused : marks.unasked;
    }
    const stoodS = view.getUint8(at + FrameVehicle.speedRatio) * standingUnitS;
    if ((flags & VehicleMark.standing) !== 0 && stoodS >= cautionStandingS) return marks.caution;
    if ((flags & VehicleMark.complies) !== 0) return marks.instructed;
    return paint.set(paints[(Math.imul(person, 2654435761) >>> 24) % paints.length]);
  }

  function move(mix: number, previous: DataView | null, next: DataView) {
    const { array } = mesh.instanceMatrix;
    for (let row = 0, at = 0; row < selection.count; row++, at += 16) {
      placeBetween(previous, next, selection.slots[row], mix, place);
      const cos = Math.cos(place.headingRad);
      const sin = Math.sin(place.headingRad);
      const dx = place.x - near.x;
      const dy = place.y - near.y;
      array[at] = linear.xx * cos + linear.xy * sin;
      array[at + 1] = linear.yx * cos + linear.yy * sin;
      array[at + 2] = 0;
      array[at + 3] = 0;
      array[at + 4] = linear.xy * cos - linear.xx * sin;
      array[at + 5] = linear.yy * cos - linear.yx * sin;
      array[at + 6] = 0;
      array[at + 7] = 0;
      array[at + 8] = 0;
      array[at + 9] = 0;
      array[at + 10] = 1;
      array[at + 11] = 0;
      array[at + 12] = linear.x + linear.xx * dx + linear.xy * dy;
      array[at + 13] = linear.y + linear.yx * dx + linear.yy * dy;
      array[at + 14] = 0;
      array[at + 15] = 1;
    }
    mesh.instanceMatrix.needsUpdate = true;
  }

  return {
    group,
    setPalette,
    setShown(next) {
      shown = next;
      if (!next) hide();
    },
    pose(zoom, x, y) {
      const { previous, next, mix } = playback;
      if (!shown || zoom < nearZoom || next === null) {
        if (near.radiusM > 0) hide();
        return;
      }
      if (nextView?.frame !== next) nextView = { frame: next, view: viewOf(next) };
      if (previous === null) previousView = null;
      else if (previousView?.frame !== previous) previousView = { frame: previous, view: viewOf(previous) };
      const movedM = Math.abs(x - near.x) + Math.abs(y - near.y);
      if (selectedFrame !== next || movedM > reselectM) select(next, nextView.view, x, y);
      move(mix, previousView?.view ?? null, nextView.view);
    },
    close() {
      for (const owned of [mesh, geometry, material]) owned.dispose();
    },
  };
}

function viewOf({ vehicles }: FrameView): DataView {
  return new DataView(vehicles.buffer, vehicles.byteOffset, vehicles.byteLength);
}
