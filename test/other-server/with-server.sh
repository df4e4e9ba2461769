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

java -Xmx1g -cp "$here/target/classes:$here/target/dependency/*" OtherServer 0 >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT

address=''
for ((second = 0; second < 300; second += 1)); do
  address="$(sed -n 's/^ready: //p' "$log")"
  if [ -n "$address" ]; then break; fi
  if ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 1
done
if [ -z "$address" ]; then
  echo 'HAPI FHIR did not start. The end of its log:' >&2
  tail -n 40 "$log" >&2
  exit 1
fi

NERVEROOT_TEST_FHIR_SERVER="$address" "$@"
