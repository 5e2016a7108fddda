import tseslint from "typescript-eslint";

/** V8's results of these differ between versions; our own maths (workers/kernel) has the same bits everywhere. */
const inexactMaths = [
  "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh",
  "exp expm1 log log1p log2 log10 pow cbrt hypot",
].flatMap((names) => names.split(" "));

const noInexactMaths = inexactMaths.map((property) => ({
  object: "Math",
  property,
  message: "its bits differ between JavaScript engines: use the maths of workers/kernel",
}));
const noRandomness = [{ object: "Math", property: "random", message: "draws are functions: use common/draw" }];
const noClocks = [
  { object: "performance", property: "now", message: "time is an argument here" },
  { object: "Date", property: "now", message: "time is an argument here" },
];
const noClockGlobals = ["Date", "performance", "setTimeout", "setInterval"].map((name) => ({
  name,
  message: "pure code has no clock: time is an argument",
}));
const noPower = { selector: "BinaryExpression[operator='**']", message: "V8's power differs between versions" };
const noLocale = {
  selector: "MemberExpression[property.name=/^(toLocale.*|localeCompare)$/]",
  message: "depends on the machine's locale",
};
const unseeded = {
  name: "fast-check",
  message: "draws by chance: take fc from test/support/properties, which has a seed",
};

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "release/**",
      "node_modules/**",
      "workers/kernel/assembly/**",
      "ledger/solo/assembly/**",
      "**/*.d.ts",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // `const { secret, ...rest }` is how a field is left out.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // The numeric code reads typed arrays by index; those reads are numbers to the compiler.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Our objects are records of closures: none of their methods has a `this`.
      "@typescript-eslint/unbound-method": "off",
      "no-restricted-properties": ["error", ...noRandomness],
    },
  },
  {
    // Pure: no clock, no randomness, the same bits on every machine.
    files: ["common/**/*.ts", "ledger/contracts/**/*.ts", "ledger/machine/**/*.ts", "ledger/wire/**/*.ts"],
    rules: {
      "no-restricted-properties": ["error", ...noRandomness, ...noClocks, ...noInexactMaths],
      "no-restricted-globals": ["error", ...noClockGlobals],
      "no-restricted-syntax": ["error", noPower, noLocale],
    },
  },
  {
    files: ["workers/{arena,traffic,people,energy,city,kernel}/**/*.ts", "sim-data/**/*.ts", "main/ledger/verify.ts"],
    rules: {
      "no-restricted-properties": ["error", ...noRandomness, ...noClocks, ...noInexactMaths],
      "no-restricted-globals": ["error", ...noClockGlobals],
      "no-restricted-syntax": ["error", noPower],
    },
  },
  {
    files: ["main/cli/**/*.ts", "build/**/*.mjs", "test/**/*.{ts,mjs}"],
    rules: { "no-console": "off" },
  },
  {
    // Tests compute what they expect by other means than the code.
    files: ["**/*.test.ts", "**/*.test.tsx", "test/**/*.ts"],
    rules: {
      "no-restricted-properties": ["error", ...noRandomness],
      "no-restricted-globals": "off",
      "no-restricted-syntax": "off",
      "no-restricted-imports": ["error", { paths: [unseeded] }],
    },
  },
  { files: ["test/support/properties.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["**/*.mjs", "**/*.cjs"], ...tseslint.configs.disableTypeChecked },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
