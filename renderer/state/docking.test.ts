import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import {
  closePanel,
  defaultLayout,
  dockedPanels,
  dockOf,
  docks,
  dockSizes,
  movePanel,
  openPanel,
  packLayout,
  resizeDock,
  shiftPanel,
  toggleCollapsed,
  unpackLayout,
  type Layout,
} from "./docking";

const panel = fc.constantFrom(...dockedPanels);
const dock = fc.constantFrom(...docks);
const change: fc.Arbitrary<(layout: Layout) => Layout> = fc.oneof(
  fc.tuple(panel, dock).map(
    ([one, to]) =>
      (layout: Layout) =>
        movePanel(layout, one, to),
  ),
  panel.map((one) => (layout: Layout) => closePanel(layout, one)),
  panel.map((one) => (layout: Layout) => openPanel(layout, one)),
  panel.map((one) => (layout: Layout) => toggleCollapsed(layout, one)),
  fc.tuple(panel, fc.constantFrom(1, -1)).map(
    ([one, step]) =>
      (layout: Layout) =>
        shiftPanel(layout, one, step),
  ),
  fc.tuple(dock, fc.double({ noNaN: true })).map(
    ([one, px]) =>
      (layout: Layout) =>
        resizeDock(layout, one, px),
  ),
);
const layouts = fc.array(change, { maxLength: 30 }).map((all) => all.reduce((now, next) => next(now), defaultLayout));

describe("the layout of the panels", () => {
  it("has every panel in one place at most, whatever is done, and sizes within bounds", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const placed = docks.flatMap((one) => layout.docks[one]);
        expect(new Set(placed).size).toBe(placed.length);
        for (const one of docks) {
          const size = layout.sizes[one];
          if (size !== null) expect(size >= dockSizes.least && size <= dockSizes.most).toBe(true);
        }
      }),
    );
  });

  it("comes back as it was remembered", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        expect(unpackLayout(packLayout(layout))).toEqual(layout);
      }),
    );
  });

  it("opens a closed panel where it lies by default", () => {
    for (const one of dockedPanels) {
      const opened = openPanel(closePanel(defaultLayout, one), one);
      expect(dockOf(opened, one)).toBe(dockOf(defaultLayout, one));
    }
  });

  it.each([null, "", "{", "[]", "null", '{"version":0}', '{"version":1}', '{"version":1,"docks":null,"sizes":null}'])(
    "that is remembered as %j is forgotten",
    (packed) => {
      expect(unpackLayout(packed)).toBeNull();
    },
  );

  it("ignores panels that this version does not have, and doubles", () => {
    const packed = JSON.stringify({
      version: 1,
      docks: { left: ["ledger", "gone", "ledger"], right: ["ledger"], bottom: 3 },
      sizes: { left: "wide" },
    });
    expect(unpackLayout(packed)?.docks).toEqual({ left: ["ledger"], right: [], bottom: [] });
  });
});
