import type { OsmElements, TagColumns } from "./elements";

/** The tags of one element, by key. */
export type Tags = ReadonlyMap<string, string>;

const noTags: Tags = new Map();

/** All kept tags of row `owner`, for elements that are read in full. */
export function tagsOf(elements: OsmElements, columns: TagColumns, owner: number): Tags {
  const from = columns.start[owner];
  const to = columns.start[owner + 1];
  if (from === to) return noTags;
  const tags = new Map<string, string>();
  for (let index = from; index < to; index++) {
    tags.set(elements.strings[columns.key[index]] ?? "", elements.strings[columns.value[index]] ?? "");
  }
  return tags;
}

/** One tag of row `owner` without allocating: for the sieve over millions of elements. */
export function tagValue(elements: OsmElements, columns: TagColumns, owner: number, key: string): string | undefined {
  const keyIndex = elements.stringIndex.get(key);
  if (keyIndex === undefined) return undefined;
  const to = columns.start[owner + 1];
  for (let index = columns.start[owner]; index < to; index++) {
    if (columns.key[index] === keyIndex) return elements.strings[columns.value[index]];
  }
  return undefined;
}
