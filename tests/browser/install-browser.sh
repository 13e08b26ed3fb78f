#!/bin/sh
# Puts a Chromium on the PATH for the browser tests, from the distribution's own packages, unless there is one.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if found=$(command -v "$name"); then
        echo "the browser tests use $found"
        exit 0
    fi
done

as_root=
[ "$(id -u)" -eq 0 ] || as_root='sudo -n'

if ! command -v apt-get >/dev/null; then
    echo 'there is no browser and no apt-get: install Chromium for the browser tests'
    exit 0
fi
if ! $as_root true 2>/dev/null; then
    echo 'there is no browser: for the browser tests, run: sudo apt-get install chromium'
    exit 0
fi

$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
