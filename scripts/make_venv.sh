#!/bin/sh
# Make .venv with mqtt-tui in it, editable. Debian splits venv from python3: ask for it where we may.
set -eu
python=${1:-python3}
if ! "$python" -m venv .venv 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "python$version has no venv module; trying apt-get install python$version-venv" >&2
    sudo=$([ "$(id -u)" = 0 ] || echo "sudo -n")
    $sudo apt-get update -qq && $sudo apt-get install -y -qq "python$version-venv" >/dev/null || {
        echo "Please install python$version-venv (as root: apt-get install python$version-venv)." >&2
        exit 1
    }
    "$python" -m venv --clear .venv
fi
.venv/bin/python -m pip install --quiet --upgrade --constraint constraints.txt pip
.venv/bin/pip install --quiet --constraint constraints.txt --editable .
