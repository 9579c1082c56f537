#!/bin/sh
# fetch_cjson.sh: puts Debian's cJSON source, security patches applied, into the directory given as $1.
# Called by core/CMakeLists.txt when the source is missing. Needs apt-get and dpkg-source but not root, and leaves the
# machine's package lists and sources alone: it works with a private list of deb-src lines. apt checks every byte
# against the signed lists.
# SPDX-License-Identifier: MIT
set -eu
directory=$1

stop() {
  echo "fetch_cjson.sh: $1" >&2
  exit 1
}

# Prints the first mirror that this machine's apt uses for the suite $1; nothing if it uses none.
mirror_of() {
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] && sed -n "s/^deb  *\(\[[^]]*\]  *\)\{0,1\}\(http[^ ]*\)  *$1  *.*/\2/p" "$file"
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] && awk -v suite="$1" '
      function flush() { if (uri != "" && (" " suites " ") ~ (" " suite " ")) print uri; uri = suites = "" }
      /^[ \t]*$/ { flush() }
      tolower($1) == "uris:" { uri = $2 }
      tolower($1) == "suites:" { suites = $0; sub(/^[^:]*:[ \t]*/, "", suites) }
      END { flush() }' "$file"
  done
  true
}

codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ -n "$codename" ] || stop "/etc/os-release names no Debian release, so there is no place to get cJSON from"
mirror=$(mirror_of "$codename" | head -n 1)
[ -n "$mirror" ] || stop "apt's sources name no mirror for $codename; add one, then try again"
security=$(mirror_of "$codename-security" | head -n 1)
: "${security:="${mirror%/}-security"}" # where mirrors of Debian have it, beside the release

mkdir -p "$directory"
work=$(mktemp -d "$directory/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/parts"
{
  echo "deb-src $mirror $codename main"
  echo "deb-src $security $codename-security main"
} >"$work/sources.list"

# APT::Sandbox::User: the unprivileged user apt would switch to cannot write into this directory.
private_apt() {
  apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts="$work/parts" \
    -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none "$@"
}

echo "Fetching the source of cJSON from $(sed -n 's/^deb-src \([^ ]*\) .*/\1/p' "$work/sources.list" | paste -s -d ' ')"
cd "$work"
private_apt update || stop "apt-get could not read the source lists of $codename (no network?)"
private_apt source --download-only cjson || stop "apt-get could not download the source package cjson"
dpkg-source --no-check -x cjson_*.dsc source >/dev/null || stop "dpkg-source could not unpack cjson (is dpkg-dev installed?)"
cp source/cJSON.h source/LICENSE "$directory/"
cp source/cJSON.c "$directory/" # last: its presence says that the directory is complete
echo "cJSON $(basename cjson_*.dsc .dsc | cut -d _ -f 2) is in $directory"
