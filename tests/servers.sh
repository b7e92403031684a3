#!/bin/sh
# Installs what the tests talk to, from Debian's own packages, and says so. Elsewhere, or without
# the right to install, it names what is missing; the tests that need it are skipped by name.
PATH="$PATH:/usr/sbin"  # Debian keeps nginx there.
missing=""
for package in "$@"; do
    command -v "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed:$missing. Install them, or the tests that need them are skipped." >&2
    exit 0
fi
sudo=""
if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "Not installed:$missing. To run every test: sudo apt-get install$missing" >&2
        exit 0
    fi
    sudo="sudo"
fi
echo "Installing for the tests, from Debian's packages:$missing"
export DEBIAN_FRONTEND=noninteractive
# A package must not start its service here: the tests start their own.
$sudo apt-get update -qq && $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq --yes --no-install-recommends $missing >/dev/null
