/**
 * React Aria puts a style element into the head, which the content security policy forbids, unless one of this name is
 * there. Its one rule is in our own style sheet.
 */
export function forestallInjectedStyle() {
  const placeholder = document.createElement("meta");
  placeholder.id = "react-aria-pressable-style";
  document.head.append(placeholder);
}
