import { Button, Dialog, DialogTrigger, Popover, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { openHelp, openPalette } from "./commands";
import { Action } from "./elements";
import { details } from "../state/detail";
import { chooseDetail } from "../state/layers";
import { useLayers, useParts } from "./parts";
import { text } from "./text";
import { currentLanguage, languages, setLanguage } from "./text/language";
import { setTheme, themes } from "./theme";
import { useTheme } from "./use-theme";

/** How this window looks and speaks; remembered by this computer. */
export function ViewMenu() {
  const parts = useParts();
  const theme = useTheme();
  const detail = useLayers((state) => state.detail);
  const isReduced = useLayers((state) => state.isReduced);
  return (
    <DialogTrigger>
      <Button className="badge badge-button" data-testid="view-open">
        {text.view.title}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="popover-body view-menu" aria-label={text.view.title}>
          {({ close }) => (
            <>
              <Choice
                label={text.view.language}
                name="language"
                options={languages}
                chosen={currentLanguage()}
                labelOf={(language) => text.view.languages[language]}
                choose={setLanguage}
              />
              <Choice
                label={text.view.theme}
                name="theme"
                options={themes}
                chosen={theme}
                labelOf={(one) => text.view.themes[one]}
                choose={setTheme}
              />
              <Choice
                label={text.view.detail}
                name="detail"
                options={details}
                chosen={detail}
                labelOf={(one) => text.view.details[one]}
                choose={(one) => chooseDetail(parts.layers, one)}
              />
              {isReduced && <p className="hint">{text.view.reduced}</p>}
              <Action
                hint="?"
                data-testid="help-open"
                onPress={() => {
                  close();
                  openHelp(parts);
                }}
              >
                {text.help.title}
              </Action>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** The way to everything for who does not know the key. */
export function PaletteButton() {
  const parts = useParts();
  return (
    <Button
      className="badge badge-button palette-button"
      aria-keyshortcuts="Control+K"
      data-testid="palette-open"
      onPress={() => openPalette(parts, "all")}
    >
      <span className="sr-only">{text.palette.title}</span> {text.keys["Control+K"]}
    </Button>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly options: readonly T[];
  readonly chosen: T;
  readonly labelOf: (option: T) => string;
  readonly choose: (option: T) => void;
}

function Choice<T extends string>({ label, name, options, chosen, labelOf, choose }: ChoiceProps<T>) {
  return (
    <div className="field">
      <span className="label">{label}</span>
      <ToggleButtonGroup
        className="segments"
        aria-label={label}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[chosen]}
        onSelectionChange={(keys) => {
          const next = options.find((option) => keys.has(option));
          if (next !== undefined) choose(next);
        }}
      >
        {options.map((option) => (
          <ToggleButton key={option} id={option} className="segment" data-testid={`${name}-${option}`}>
            {labelOf(option)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
