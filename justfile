# What one does here every day. `just` alone lists it: https://just.systems

_list:
    @{{ just_executable() }} --list --unsorted

# Serve the demo catalog from memory at http://127.0.0.1:4000/graphql
demo *OPTIONS:
    cargo run -- serve --demo {{ OPTIONS }}

# Run all the tests; with a word, those whose name has it
test *FILTER:
    cargo test --workspace {{ FILTER }}

# Fuzz what reads bytes that anybody may send, for so many seconds each
fuzz SECONDS="60" *TARGETS:
    fuzz/run {{ SECONDS }} {{ TARGETS }}

# All that must hold before anything lands; installs what it needs
ci:
    .ci/run

# What must be clean before a commit: the format and the lints
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Bring the code into its format
format:
    cargo fmt --all

# Check where the dependencies come from, what they are licensed under, and which are banned (needs cargo-deny)
deny:
    cargo deny --workspace check bans licenses sources

# Check the dependencies against the RustSec advisories, which are fetched first (needs cargo-deny and a network)
advisories:
    cargo deny --workspace check advisories

# Fetch the explorer's files from npm; the next build embeds them (needs npm)
explorer:
    cd explorer && npm ci && npm run build

# Write the GraphQL schema to schema.graphql
schema:
    cargo run --quiet -- schema > schema.graphql

# Update the screenshot in the README from a running demo (needs node and chromium)
screenshot url="http://127.0.0.1:4000/graphql":
    node docs/images/screenshot.mjs {{ url }} docs/images/explorer.png
