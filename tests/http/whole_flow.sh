#!/bin/sh
# whole_flow.sh: a publisher's server made of curl: session, trigger, offers, click, against the API at $1.
# Needs in its environment PUB, WEBSITE and SECRET as `retarget site add` prints them, and ORIGIN, the page's origin.
# Prints the landing page's address. This is also the shortest description of the protocol that runs.
# SPDX-License-Identifier: MIT
set -eu
api=$1
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# The page: a session.
session=$(curl -fsS -X POST -H "Origin: $ORIGIN" "$api/v1/widget-decline/session?pub=$PUB&website=$WEBSITE" | member sessionId)

# The page waits while the publisher's server decides.
curl -fsS -H "Origin: $ORIGIN" "$api/v1/widget-decline/session/$session?pub=$PUB&website=$WEBSITE&wait=25" >"$2" &
waiting=$!

# The publisher's server: this user is declined.
curl -fsS -H "Authorization: Bearer $SECRET" -H 'Content-Type: application/json' \
  -d "{\"sessionId\":\"$session\",\"reason\":\"kyc\"}" "$api/v1/widget-decline/trigger" >&2

# The page: ready, offers, and the visitor chooses the first.
wait $waiting
request=$(member requestId <"$2")
click=$(curl -fsS -H "Origin: $ORIGIN" "$api/v1/offers?pub=$PUB&website=$WEBSITE&requestId=$request&limit=1" | member clickUrl)
curl -fsS -o /dev/null -A 'Mozilla/5.0' -e "$ORIGIN/" -w '%{redirect_url}\n' "$click"
