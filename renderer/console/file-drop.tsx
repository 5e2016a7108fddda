import { useEffect, useState } from "react";
import { openFile } from "./commands";
import { useParts } from "./parts";
import { sourceOfFile } from "./shell";
import { text } from "./text";

/** A file dropped anywhere on the window is opened: a city, or situations of others. */
export function FileDrop() {
  const parts = useParts();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    function onOver(event: DragEvent) {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(true);
    }
    function onLeave(event: DragEvent) {
      if (event.relatedTarget === null) setOver(false);
    }
    function onDrop(event: DragEvent) {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void open(file);
    }
    async function open(file: File) {
      await openFile(parts, await sourceOfFile(file));
    }
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, [parts]);
  return isOver ? <div className="drop-target">{text.city.drop}</div> : null;
}
