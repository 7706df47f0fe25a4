# Sourced by bin/demo and bin/test: where things are, missing system packages, processes that we started.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/.build/debug

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# ---- System packages ------------------------------------------------------------------------------------------------

# What the build needs, and what runs need beside it.
BUILD_PACKAGES=(
    libjwt-dev libsqlite3-dev pkg-config libxml2-dev libxmlsec1-dev libxmlsec1-openssl libssl-dev zlib1g-dev
)
DEMO_PACKAGES=(nginx curl openssl ca-certificates)
TEST_PACKAGES=(
    python3 python3-venv chromium fonts-dejavu-core libnss3-tools sqlite3
    simplesamlphp php-cli php-xml php-mbstring php-curl xmlsec1
    python3-onelogin-saml2 python3-lasso python3-xmlsec
    apache2 libapache2-mod-auth-openidc libapache2-mod-auth-mellon haproxy
)

missing_packages() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
    done
}

# install_packages NAME...: those that are missing, and says so. No service is started by it: a fresh nginx would
# otherwise serve its welcome page on every address of the machine.
install_packages() {
    local missing run=() guard=/usr/sbin/policy-rc.d made=
    command -v dpkg-query >/dev/null || { say "Not a Debian: needs $*"; return 0; }
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "Missing: ${missing[*]}. Install them as root, or install sudo."
        run=(sudo)
    fi
    say "Installing with apt-get: ${missing[*]}"
    if [ ! -e $guard ]; then
        printf '#!/bin/sh\nexit 101\n' | "${run[@]}" tee $guard >/dev/null
        "${run[@]}" chmod 755 $guard
        made=yes
    fi
    local status=0
    run+=(env DEBIAN_FRONTEND=noninteractive)
    {
        "${run[@]}" apt-get -qq update && "${run[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}"
    } >"${APT_LOG:-/dev/null}" 2>&1 </dev/null || status=$?
    [ -z "$made" ] || "${run[@]}" rm -f $guard
    [ $status -eq 0 ] || { [ -z "${APT_LOG:-}" ] || tail -5 "$APT_LOG" >&2; die "apt-get failed"; }
}

# ---- Processes ------------------------------------------------------------------------------------------------------

STARTED=()

# start LOG COMMAND...: in the background, remembered by process id.
start() {
    local log=$1
    shift
    "$@" >>"$log" 2>&1 </dev/null &
    STARTED+=($!)
}

# Ends what we started, last first, and nothing else.
stop_all() {
    local index
    for ((index = ${#STARTED[@]} - 1; index >= 0; index--)); do
        kill "${STARTED[index]}" 2>/dev/null || true
    done
    for ((index = ${#STARTED[@]} - 1; index >= 0; index--)); do
        wait "${STARTED[index]}" 2>/dev/null || true
    done
    STARTED=()
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds, while everything that we started still runs.
wait_for() {
    local tries=$(($1 * 20)) what=$2 pid
    shift 2
    until "$@" >/dev/null 2>&1; do
        for pid in "${STARTED[@]}"; do
            kill -0 "$pid" 2>/dev/null || { say "It ended before it was ready: $what" >&2; return 1; }
        done
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { say "It took too long: $what" >&2; return 1; }
        sleep 0.05
    done
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port PORT: this one, or the next that nobody listens on and that was not given out before.
GIVEN=" "
free_port() {
    local port=$1
    while ! port_is_free "$port" || [[ $GIVEN == *" $port "* ]]; do port=$((port + 1)); done
    GIVEN+="$port "
    FREE_PORT=$port
}
