// The rules of html-validate: all presets, and the rules that are in none of them.
export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y", "html-validate:standard"],
  rules: {
    // The templates write `<!doctype html>`, as HTML's own examples do; HTML does not care about case.
    "doctype-style": ["error", { style: "lowercase" }],
    // The default of 70 characters is a guess about search results. The title of a page is that of its item, which the
    // editors choose.
    "long-title": "off",
    // Hashed files of the same server are protected by its connection; integrity is for other hosts, which pages do not
    // refer to.
    "require-sri": ["error", { target: "crossorigin" }],
    // The markup of notes and articles is that of the editors' Markdown.
    "no-trailing-whitespace": "off",
    "heading-level": ["error", { sectioningRoots: [] }],
    // Parts of ids are the ids of the catalog, such as `book_rsfewc`.
    "id-pattern": ["error", { pattern: "/^[a-z][a-z0-9_-]*$/" }],
    // The checkboxes of a learning path are one list of values.
    "form-dup-name": ["error", { shared: ["radio", "button", "reset", "submit", "checkbox"] }],
    "name-pattern": ["error", { pattern: "kebabcase" }],
    "class-pattern": ["error", { pattern: "kebabcase" }],
    "no-inline-style": "error",
    "no-unknown-elements": "error",
    "require-csp-nonce": "off", // No script is inline except data blocks, which need no nonce.
    "prefer-tbody": "error",
    "no-missing-references": "error",
  },
};
