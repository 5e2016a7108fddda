import {
  elementBytes,
  headerFields,
  sections,
  type ArenaCounts,
  type HeaderField,
  type Region,
  type SectionName,
} from "./sections";

/** The kernel's own page lies below; the header starts here. */
export const headerAt = 65536;

export interface Layout {
  /** Byte address of each section. */
  readonly at: Readonly<Record<SectionName, number>>;
  /** Elements of each section. */
  readonly length: Readonly<Record<SectionName, number>>;
  /** End of what is hashed. */
  readonly stateEnd: number;
  /** End of what is saved and forked. */
  readonly savedEnd: number;
  /** End of all. */
  readonly end: number;
}

export const sectionNames = Object.keys(sections) as SectionName[];
export const headerNames = Object.keys(headerFields) as HeaderField[];

/** Byte offset of each header field from the header's address. */
export const headerOffsets: Readonly<Record<HeaderField, number>> = (() => {
  const offsets: Partial<Record<HeaderField, number>> = {};
  let offset = 0;
  for (const name of headerNames) {
    offsets[name] = offset;
    offset += elementBytes[headerFields[name]];
  }
  return offsets as Record<HeaderField, number>;
})();

const headerBytes = headerNames.reduce((sum, name) => sum + elementBytes[headerFields[name]], 0);
/** Where the addresses of the sections are listed, u32 each, in the order of `sections`: a save of another layout is known by it. */
export const directoryAt = headerAt + align(headerBytes, 8);

/** Places every section: the hashed ones first, then the saved ones, then scratch; each at a multiple of 64 bytes. */
export function layOut(counts: ArenaCounts): Layout {
  const at: Partial<Record<SectionName, number>> = {};
  const length: Partial<Record<SectionName, number>> = {};
  let cursor = align(directoryAt + 4 * sectionNames.length, 64);
  const ends: Partial<Record<Region, number>> = {};
  for (const region of ["state", "display", "scratch"] as const) {
    for (const name of sectionNames) {
      const section = sections[name];
      if (section.region !== region) continue;
      const elements = section.length(counts);
      at[name] = cursor;
      length[name] = elements;
      cursor = align(cursor + elements * elementBytes[section.type], 64);
    }
    ends[region] = cursor;
  }
  return {
    at: at as Record<SectionName, number>,
    length: length as Record<SectionName, number>,
    stateEnd: ends.state ?? cursor,
    savedEnd: ends.display ?? cursor,
    end: cursor,
  };
}

function align(offset: number, bytes: number): number {
  return Math.ceil(offset / bytes) * bytes;
}
