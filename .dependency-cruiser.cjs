/** Who may import whom. `build/imports.mjs` plants a violation of each rule's kind and expects it to be caught. */
const only = (name, from, to) => ({
  name,
  severity: "error",
  from: { path: from, pathNot: "\\.test\\.tsx?$" },
  to: { path: "^(common|ledger|main|workers|renderer|sim-data|test|build)/", pathNot: to },
});

module.exports = {
  forbidden: [
    only("common-imports-nothing", "^common/", "^common/"),
    only("contracts-import-common", "^ledger/contracts/", "^(ledger/contracts|common)/"),
    only("machine-imports-contracts", "^ledger/machine/", "^(ledger/machine|ledger/contracts|common)/"),
    only("wire-imports-common", "^ledger/wire/", "^(ledger/wire|common)/"),
    only(
      "solo-imports-machine-and-wire",
      "^ledger/(solo|abci)/",
      "^(ledger/(solo|abci|machine|contracts|wire)|common)/",
    ),
    only("vault-imports-machine", "^ledger/vault/", "^(ledger/(vault|machine|contracts)|common)/"),
    only("network-starts-nodes", "^ledger/network/", "^(ledger/(network|abci|solo|machine|contracts|wire)|common)/"),
    only("workers-import-contracts", "^workers/", "^(workers|ledger/contracts|common)/"),
    only("kernel-stands-alone", "^workers/kernel/", "^(workers/kernel|common)/"),
    only("sim-data-builds-cities", "^sim-data/", "^(sim-data|workers/city|workers/kernel|common)/"),
    only("renderer-imports-common", "^renderer/(?!commuter/)", "^(renderer|common)/"),
    // A phone makes what it signs itself, by the ledger's own pure rules.
    only(
      "commuters-page-signs-by-the-ledgers-rules",
      "^renderer/commuter/",
      "^(renderer|common)/|^ledger/contracts/|^ledger/machine/(sha256|state-paths|transactions/(payload-form|transaction))\\.ts$",
    ),
    only("main-not-renderer-nor-abci", "^main/", "^(main|workers|sim-data|common)/|^ledger/(?!abci/)"),
    only(
      "datex-reads-and-writes-only",
      "^main/datex/",
      "^(main/datex|common)/|^ledger/wire/timestamp\\.ts$|^workers/city/index\\.ts$",
    ),
    {
      name: "main-enters-workers-by-their-public-entries",
      severity: "error",
      from: { path: "^main/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^workers/",
        pathNot:
          "^workers/(engine|ensemble|messages|twin|twin-engine|dropped-memory)\\.ts$|^workers/(arena|city|people|scenario|traffic)/index\\.ts$",
      },
    },
    {
      name: "traffic-and-energy-meet-in-engine",
      severity: "error",
      from: { path: "^workers/(traffic|energy)/" },
      to: { path: "^workers/(traffic|energy)/", pathNot: "^workers/$1/" },
    },
    {
      name: "electron-only-in-the-shell",
      severity: "error",
      from: {
        path: "^(main|renderer|workers|ledger|common|sim-data)/",
        pathNot: "^main/(app|windows|preload|ipc)\\.ts$",
      },
      to: { path: "^electron$|node_modules/electron/" },
    },
    {
      name: "pure-rooms-use-no-platform",
      severity: "error",
      from: {
        path: "^(common|ledger/(contracts|machine|wire)|workers/(arena|traffic|people|energy|city)|sim-data)/|^main/(datex/|ledger/verify\\.ts$)",
        pathNot: "\\.test\\.ts$",
      },
      to: { dependencyTypes: ["core"] },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "\\.wasm$|\\?worker" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|release)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js", ".d.ts"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
