import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  importExtension: ".js",
  // In a repository of your own, the URL of your server: https://learn.example/schema.graphql
  schema: "../../schema.graphql",
  documents: "src/**/*.tsx",
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: "getFragment" },
        // Writes src/gql/persisted-documents.json, the manifest for the setting `trusted-documents`.
        persistedDocuments: { mode: "replaceDocumentWithHash" },
      },
      config: {
        documentMode: "string",
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          CurrencyCode: "string",
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          Duration: "string",
          ISBN: "string",
          JSON: "unknown",
          LanguageTag: "string",
          URL: "string",
        },
      },
    },
  },
};

export default config;
