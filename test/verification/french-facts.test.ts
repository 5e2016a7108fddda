import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { refusalCodes } from "../../ledger/machine/refusals";
import { frenchFact } from "../../renderer/console/text/fr-facts";
import { frenchFileFault, frenchPlace } from "../../renderer/console/text/fr-file-faults";
import { frenchRefusals } from "../../renderer/console/text/fr-said";
import { generateTown } from "../../sim-data";
import { importCity } from "../../workers/city";

// What the console says in French of words that other rooms write in English.

describe("French words", () => {
  it("exist for every refusal of an instruction", () => {
    const known = [...refusalCodes()].filter(([, code]) => code >= 90 && code < 110).map(([name]) => name);
    expect(known.length).toBeGreaterThan(10);
    expect(known.filter((name) => frenchRefusals[name] === undefined)).toEqual([]);
  });

  it("exist for every refusal that a commuter can meet: of offers, passages, leaving, consent, a suspended licence", () => {
    const ranges = [
      [1, 7],
      [41, 81],
      [130, 133],
      [171, 172],
    ] as const;
    const isTheirs = (code: number) => ranges.some(([from, until]) => code >= from && code <= until);
    const theirs = [...refusalCodes()].filter(([, code]) => isTheirs(code)).map(([name]) => name);
    expect(theirs).toEqual(expect.arrayContaining(["passage-outside-contract", "leave-too-late", "consent-missing"]));
    expect(theirs.filter((name) => frenchRefusals[name] === undefined)).toEqual([]);
  });

  it("exist for what the bundled town says of itself", () => {
    const { synthesised } = generateTown(1).meta;
    expect(synthesised.length).toBeGreaterThan(0);
    expect(synthesised.filter((fact) => frenchFact(fact) === fact)).toEqual([]);
  });

  it("exist for why a file that somebody opens is no city", () => {
    const bytesOf = (text: string) => new TextEncoder().encode(text);
    const roads = bytesOf(`<osm version="0.6"><node id="1" lat="48" lon="15"/></osm>`);
    const files: readonly (readonly [name: string, bytes: Uint8Array])[] = [
      ["empty.osm", new Uint8Array()],
      ["empty.net.xml", new Uint8Array()],
      ["words.osm", bytesOf("hello\n")],
      ["words.net.xml", bytesOf("hello\n")],
      ["named.osm.pbf", roads],
      ["cut.osm.gz", gzipSync(roads).subarray(0, 20)],
      ["broken.osm.gz", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)],
      ["cut.osm", roads.subarray(0, 40)],
      ["none.osm", roads],
      ["other.osm", bytesOf("<html></html>")],
      ["other.net.xml", bytesOf("<html></html>")],
      ["none.net.xml", bytesOf("<net></net>")],
      ["north.osm", bytesOf(`<osm version="0.6"><node id="1" lat="148" lon="15"/></osm>`)],
      ["nowhere.osm", bytesOf(`<osm version="0.6"><node id="1" lat="NaN" lon="15"/></osm>`)],
      ["coded.osm", bytesOf(`<?xml version="1.0" encoding="latin1"?><osm version="0.6"/>`)],
    ];
    for (const [name, bytes] of files) {
      const city = importCity(name, bytes);
      const fault = city.ok ? "it is one" : city.error.message;
      expect.soft(frenchFileFault(fault), `${name}: ${fault}`).not.toBe(fault);
    }
    expect(frenchPlace("cut.osm: line 7")).toBe("cut.osm : ligne 7");
    expect(frenchPlace("online 7")).toBe("online 7");
  });

  it("exist for what a network of SUMO leaves open", () => {
    expect(frenchFact("ways back where the network ends: 4")).toContain("4");
    for (const fact of [
      "ways back where the network ends",
      "ways back where the network ends: 4",
      "classes of roads: by speed and lanes where the file states none",
    ])
      expect(frenchFact(fact)).not.toBe(fact);
  });

  it("carry the figures over", () => {
    expect(frenchFact("header 594: hash, validator set and every signature")).toContain("594");
    expect(frenchFact("not connected with the largest part of the network (1.5 km)")).toContain("1,5");
  });

  it("leave alone what nobody has translated", () => {
    expect(frenchFact("an unheard-of fact")).toBe("an unheard-of fact");
  });
});
