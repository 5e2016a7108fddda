import { Button, Dialog, DialogTrigger, Popover, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { text } from "./text";
import { currentLanguage, languages, setLanguage } from "./text/language";

/** How this window looks and speaks; remembered by this computer. */
export function ViewMenu() {
  return (
    <DialogTrigger>
      <Button className="badge badge-button" data-testid="view-open">
        {text.view.title}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="popover-body" aria-label={text.view.title}>
          <LanguageChoice />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function LanguageChoice() {
  return (
    <div className="field">
      <span className="label">{text.view.language}</span>
      <ToggleButtonGroup
        className="segments"
        aria-label={text.view.language}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[currentLanguage()]}
        onSelectionChange={(keys) => {
          const next = languages.find((language) => keys.has(language));
          if (next !== undefined) setLanguage(next);
        }}
      >
        {languages.map((language) => (
          <ToggleButton
            key={language}
            id={language}
            className="segment"
            lang={language}
            data-testid={`language-${language}`}
          >
            {text.view.languages[language]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
