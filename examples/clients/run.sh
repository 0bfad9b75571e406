#!/usr/bin/env bash
# Runs the examples against a demo server, and compares their code and output with the pages in docs/clients:
#   examples/clients/run.sh PATH_OF_SYLLABUS [NAME...]
# NAME is apollo, urql, relay, codegen, fetch or python; without one, all of them run. The first four need npm.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
syllabus=$(realpath "$1")
shift
[ $# -ge 1 ] || set -- apollo urql relay codegen fetch python
cd "$(dirname "$0")"

work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then kill "$server" && wait "$server" || true; fi 2>/dev/null
  rm -rf "$work"
}
trap stop EXIT

for name in "$@"; do
  case $name in
    fetch | python) ;;
    apollo | urql | relay | codegen)
      if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then npm ci --no-audit --no-fund --silent; fi
      ;;
    *) echo "there is no example $name" >&2; exit 2 ;;
  esac
done

python3 pages.py code

# With port 0 the system picks a free port, which the server prints.
"$syllabus" serve --demo --listen 127.0.0.1:0 >"$work/server" 2>&1 &
server=$!
for _ in $(seq 300); do
  address=$(grep -oE '127\.0\.0\.1:[1-9][0-9]*' "$work/server" | head -n 1 || true)
  if [ -n "$address" ] && node -e "fetch('http://$address/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"; then
    break
  fi
  if ! kill -0 "$server" 2>/dev/null; then cat "$work/server" >&2; exit 1; fi
  address=
  sleep 0.1
done
[ -n "$address" ] || { echo "the server is not ready after 30 seconds" >&2; exit 1; }
export SYLLABUS_URL="http://$address/graphql"
unset SYLLABUS_TOKEN

run() {
  case $1 in
    python) python3 python/books.py ;;
    fetch) node fetch/index.mjs ;;
    *) (cd "$1" && npm start --silent) ;;
  esac
}

failed=0
for name in "$@"; do
  printf '== %s\n' "$name"
  if run "$name" >"$work/output" && python3 pages.py output "$name" "$work/output"; then
    cat "$work/output"
  else
    cat "$work/output" >&2
    echo "$name failed" >&2
    failed=1
  fi
done
exit "$failed"
