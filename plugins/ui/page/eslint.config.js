import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config({ ignores: ["node_modules"] }, js.configs.recommended, {
  files: ["src/**/*.{ts,tsx}"],
  extends: [...tseslint.configs.strictTypeChecked, jsxA11y.flatConfigs.recommended],
  plugins: { "react-hooks": reactHooks },
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    "jsx-a11y/no-noninteractive-tabindex": "off", // what scrolls has to be reached by keyboard
    "react-hooks/rules-of-hooks": "error",
    "react-hooks/exhaustive-deps": "error",
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    "no-restricted-globals": ["error", "eval"],
    "no-restricted-syntax": [
      "error",
      {
        selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
        message: "Untrusted text goes in as text, and Markdown through parts/markdown.tsx.",
      },
      { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML)$/]", message: "As above." },
      { selector: "CallExpression[callee.property.name='insertAdjacentHTML']", message: "As above." },
    ],
  },
});
