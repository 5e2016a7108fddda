import { useRef, type ComponentType, type CSSProperties, type KeyboardEvent, type PointerEvent } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
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
  type Dock,
  type DockedPanel,
  type Layout,
} from "../state/docking";
import { remember, remembered } from "../state/preferences";
import { text } from "./text";

const preference = "layout";
const store = createStore<{ readonly layout: Layout }>(() => ({
  layout: unpackLayout(remembered(preference)) ?? defaultLayout,
}));

function change(next: (layout: Layout) => Layout): void {
  store.setState(({ layout }) => ({ layout: next(layout) }));
  remember(preference, packLayout(store.getState().layout));
}

export function resetLayout(): void {
  store.setState({ layout: defaultLayout });
  remember(preference, null);
}

/** Closes the panel, or opens it again. */
export function togglePanel(panel: DockedPanel): void {
  change((layout) => (dockOf(layout, panel) === null ? openPanel(layout, panel) : closePanel(layout, panel)));
}

/** What is asked for is shown, even when it was closed or collapsed. */
export function revealPanel(panel: DockedPanel): void {
  change((layout) => {
    const opened = openPanel(layout, panel);
    return opened.collapsed.includes(panel) ? toggleCollapsed(opened, panel) : opened;
  });
}

export function isDocked(id: string): id is DockedPanel {
  return dockedPanels.some((panel) => panel === id);
}

export function useCollapsed(id: string): boolean {
  return useStore(store, ({ layout }) => layout.collapsed.some((panel) => panel === id));
}

/** Sizes of the docks that were chosen, over those of the style sheet. */
export function useDockSizes(): CSSProperties {
  const sizes = useStore(store, ({ layout }) => layout.sizes);
  const isEmpty = (dock: Dock) => store.getState().layout.docks[dock].length === 0;
  useStore(store, ({ layout }) => layout.docks);
  const own = docks.flatMap((dock) => {
    const size = isEmpty(dock) ? 0 : sizes[dock];
    return size === null ? [] : [[`--${dock}`, `${String(size)}px`] as const];
  });
  return Object.fromEntries(own);
}

interface DockProps {
  readonly dock: Dock;
  readonly components: Readonly<Record<DockedPanel, ComponentType>>;
}

/** One side of the window with its panels, and the edge by which it is made wider. */
export function DockArea({ dock, components }: DockProps) {
  const panels = useStore(store, ({ layout }) => layout.docks[dock]);
  if (panels.length === 0) return null;
  return (
    <div className={`dock dock-${dock}`} data-dock={dock}>
      <div className="dock-panels">
        {panels.map((panel) => {
          const Content = components[panel];
          return <Content key={panel} />;
        })}
      </div>
      <DockEdge dock={dock} />
    </div>
  );
}

const keyStepPx = 24;

/** A separator by the pattern of a window splitter (WAI-ARIA APG): dragged, or moved by arrow keys. */
function DockEdge({ dock }: { readonly dock: Dock }) {
  const edge = useRef<HTMLDivElement>(null);
  const size = useStore(store, ({ layout }) => layout.sizes[dock]);
  const isBottom = dock === "bottom";
  const sizeNow = () => {
    const box = edge.current?.parentElement?.getBoundingClientRect();
    return box === undefined ? 0 : isBottom ? box.height : box.width;
  };

  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    event.preventDefault();
    const target = event.currentTarget;
    const from = { at: isBottom ? event.clientY : event.clientX, px: sizeNow() };
    const sign = dock === "left" ? 1 : -1;
    const onMove = (move: globalThis.PointerEvent) =>
      change((layout) =>
        resizeDock(layout, dock, from.px + sign * ((isBottom ? move.clientY : move.clientX) - from.at)),
      );
    target.setPointerCapture(event.pointerId);
    target.addEventListener("pointermove", onMove);
    target.addEventListener("lostpointercapture", () => target.removeEventListener("pointermove", onMove), {
      once: true,
    });
  }

  function onKeyDown(event: KeyboardEvent) {
    const grows = dock === "left" ? "ArrowRight" : dock === "right" ? "ArrowLeft" : "ArrowUp";
    const shrinks = dock === "left" ? "ArrowLeft" : dock === "right" ? "ArrowRight" : "ArrowDown";
    const step = event.key === grows ? keyStepPx : event.key === shrinks ? -keyStepPx : 0;
    if (step === 0) return;
    event.preventDefault();
    change((layout) => resizeDock(layout, dock, sizeNow() + step));
  }

  return (
    <div
      ref={edge}
      className="dock-edge"
      role="separator"
      tabIndex={0}
      aria-label={text.docking.edges[dock]}
      aria-orientation={isBottom ? "horizontal" : "vertical"}
      aria-valuemin={dockSizes.least}
      aria-valuemax={dockSizes.most}
      aria-valuenow={size ?? (Math.round(sizeNow()) || dockSizes.least)}
      data-testid={`edge-${dock}`}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}

/** What can be done with a panel as a whole. */
export function PanelMenu({ panel, title }: { readonly panel: DockedPanel; readonly title: string }) {
  const isCollapsed = useCollapsed(panel);
  const actions: readonly (readonly [string, string, (layout: Layout) => Layout])[] = [
    ["collapse", isCollapsed ? text.docking.expand : text.docking.collapse, (layout) => toggleCollapsed(layout, panel)],
    ["earlier", text.docking.earlier, (layout) => shiftPanel(layout, panel, -1)],
    ["later", text.docking.later, (layout) => shiftPanel(layout, panel, 1)],
    ...docks.map((dock) => [dock, text.docking.to[dock], (layout: Layout) => movePanel(layout, panel, dock)] as const),
    ["close", text.docking.close, (layout) => closePanel(layout, panel)],
  ];
  return (
    <MenuTrigger>
      <Button className="panel-menu" aria-label={text.docking.menu(title)} data-testid={`panel-menu-${panel}`}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 8h.01M8 8h.01M13 8h.01" />
        </svg>
      </Button>
      <Popover className="popover popover-menu" placement="bottom end">
        <Menu
          className="menu"
          aria-label={text.docking.menu(title)}
          onAction={(key) => {
            const action = actions.find(([id]) => id === key);
            if (action !== undefined) change(action[2]);
          }}
        >
          {actions.map(([id, label]) => (
            <MenuItem key={id} id={id} className="menu-item" textValue={label}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
