#!/usr/bin/env bash
# Runs a command while HAPI FHIR answers on this machine, with its address in
# NERVEROOT_TEST_FHIR_SERVER; needs a JDK (17 or newer) and Maven. For example:
#   test/other-server/with-server.sh npx vitest run --project all test/other-server
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
log="$here/target/server.log"

for tool in mvn javac; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing: HAPI FHIR needs a JDK (17 or newer) and Maven" >&2
    exit 1
  fi
done

(cd "$here" && mvn --batch-mode --quiet -Dstyle.color=never compile dependency:copy-dependencies) >&2

java -Xmx2g -cp "$here/target/classes:$here/target/dependency/*" OtherServer 0 >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT

# Its address as soon as it answers there; nothing when it ended, or after five minutes.
await_server() {
  local address
  for ((second = 0; second < 300; second += 1)); do
    if ! kill -0 "$server" 2>/dev/null; then return; fi
    address="$(sed -n 's/^ready: //p' "$log")"
    if [ -n "$address" ] && node -e "$ANSWERS" "$address/metadata"; then
      echo "$address"
      return
    fi
    sleep 1
  done
}
ANSWERS='fetch(process.argv[1]).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))'

address="$(await_server)"
if [ -z "$address" ]; then
  echo 'HAPI FHIR did not start. The end of its log:' >&2
  tail -n 40 "$log" >&2
  exit 1
fi

NERVEROOT_TEST_FHIR_SERVER="$address" "$@"
