/** Where the panels of the window lie. Pure. */

export const docks = ["left", "right", "bottom"] as const;
export type Dock = (typeof docks)[number];

/** Panels that can be moved; the map stays in the middle. */
export const dockedPanels = [
  "incidents",
  "plan",
  "shift-log",
  "instruction",
  "ledger",
  "delay",
  "both-cities",
  "alarms",
] as const;
export type DockedPanel = (typeof dockedPanels)[number];

export interface Layout {
  /** In their order; a panel is in one dock, or in none while it is closed. */
  readonly docks: Readonly<Record<Dock, readonly DockedPanel[]>>;
  readonly collapsed: readonly DockedPanel[];
  /** Px; null: as the style sheet has it for this size of window. */
  readonly sizes: Readonly<Record<Dock, number | null>>;
}

export const defaultLayout: Layout = {
  docks: {
    left: ["incidents", "alarms", "plan", "shift-log"],
    right: ["instruction", "ledger"],
    bottom: ["delay", "both-cities"],
  },
  collapsed: [],
  sizes: { left: null, right: null, bottom: null },
};

/** What a dock can be dragged to, px. */
export const dockSizes = { least: 120, most: 900 } as const;

export function dockOf(layout: Layout, panel: DockedPanel): Dock | null {
  return docks.find((dock) => layout.docks[dock].includes(panel)) ?? null;
}

/** To the end of the dock, out of the one where it was. */
export function movePanel(layout: Layout, panel: DockedPanel, to: Dock): Layout {
  const { docks: before } = closePanel(layout, panel);
  return { ...layout, docks: { ...before, [to]: [...before[to], panel] } };
}

export function closePanel(layout: Layout, panel: DockedPanel): Layout {
  const without = (dock: Dock) => layout.docks[dock].filter((one) => one !== panel);
  return { ...layout, docks: { left: without("left"), right: without("right"), bottom: without("bottom") } };
}

/** Where it lies by default. */
export function openPanel(layout: Layout, panel: DockedPanel): Layout {
  if (dockOf(layout, panel) !== null) return layout;
  return movePanel(layout, panel, dockOf(defaultLayout, panel) ?? "left");
}

/** One place earlier or later within its dock. */
export function shiftPanel(layout: Layout, panel: DockedPanel, step: 1 | -1): Layout {
  const dock = dockOf(layout, panel);
  if (dock === null) return layout;
  const order = [...layout.docks[dock]];
  const at = order.indexOf(panel);
  const other = order[at + step];
  if (other === undefined) return layout;
  order[at] = other;
  order[at + step] = panel;
  return { ...layout, docks: { ...layout.docks, [dock]: order } };
}

export function toggleCollapsed(layout: Layout, panel: DockedPanel): Layout {
  const { collapsed } = layout;
  const isCollapsed = collapsed.includes(panel);
  return { ...layout, collapsed: isCollapsed ? collapsed.filter((one) => one !== panel) : [...collapsed, panel] };
}

export function resizeDock(layout: Layout, dock: Dock, px: number): Layout {
  const size = Math.round(Math.min(dockSizes.most, Math.max(dockSizes.least, px)));
  return { ...layout, sizes: { ...layout.sizes, [dock]: size } };
}

const version = 1;

export function packLayout(layout: Layout): string {
  return JSON.stringify({ version, ...layout });
}

/** @returns null for what is no layout of this version: then the default is shown */
export function unpackLayout(packed: string | null): Layout | null {
  try {
    const read = JSON.parse(packed ?? "null") as (Partial<Layout> & { readonly version?: unknown }) | null;
    if (read?.version !== version || typeof read.docks !== "object" || typeof read.sizes !== "object") return null;
    let layout: Layout = { ...defaultLayout, docks: { left: [], right: [], bottom: [] } };
    for (const dock of docks) {
      for (const panel of listOf(read.docks[dock])) {
        if (dockOf(layout, panel) === null) layout = movePanel(layout, panel, dock);
      }
      const size = read.sizes[dock];
      if (typeof size === "number" && Number.isFinite(size)) layout = resizeDock(layout, dock, size);
    }
    return { ...layout, collapsed: [...new Set(listOf(read.collapsed))] };
  } catch {
    return null;
  }
}

function listOf(value: unknown): DockedPanel[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [];
  return names.flatMap((name) => dockedPanels.filter((panel) => panel === name));
}
