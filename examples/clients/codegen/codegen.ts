import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  importExtension: ".js",
  schema: process.env.SYLLABUS_URL ?? "http://127.0.0.1:4000/graphql",
  documents: "src/*.ts",
  generates: {
    "src/gql/": {
      preset: "client",
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
