#!/bin/sh
# The broker tests need mosquitto. Install it where we may, say what is skipped where we may not.
PATH=$PATH:/usr/sbin:/usr/local/sbin
command -v mosquitto >/dev/null && command -v mosquitto_sub >/dev/null && exit 0
sudo=$([ "$(id -u)" = 0 ] || echo "sudo -n")
if command -v apt-get >/dev/null && $sudo apt-get update -qq 2>/dev/null \
    && $sudo apt-get install -y -qq --no-install-recommends mosquitto mosquitto-clients >/dev/null 2>&1; then
    exit 0
fi
echo "mosquitto is not installed and cannot be installed here: tests/broker will be skipped." >&2
