#!/usr/bin/env bash
# Builds .venv from the lock files, and with `test` whatever else the tests need from the system.
#
#   scripts/setup.sh [run|test]
#
# Quick when nothing changed: .venv/.installed holds what was installed and the checksum of what it was made from,
# so a second start neither resolves nor touches the network. PYTHON names another interpreter than python3.11.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:-run}
venv=.venv
stamp=$venv/.installed
case $wanted in
  run) lock=requirements.txt ;;
  test) lock=requirements-test.txt ;; # everything of `run`, and more
  *) echo "usage: scripts/setup.sh [run|test]" >&2 && exit 2 ;;
esac

say() { echo "setup: $*" >&2; }
fail() { say "$@" && exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# The folder's own path is part of it: scripts in a virtual environment do not survive a move.
checksum() { { pwd && cat pyproject.toml requirements.txt requirements-test.txt; } | sha256sum | cut -d' ' -f1; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      echo "$candidate" && return
    fi
  done
  fail "no Python 3.11 or newer found; on Debian: apt-get install python3.11 (or set PYTHON=/path/to/python)"
}

updated=no
apt_install() { # only what is missing is asked for; as another user the remedy is named instead
  if [ "$(id -u)" != 0 ] || ! have apt-get; then
    fail "please install, as root: apt-get install $*"
  fi
  say "installing $*"
  export DEBIAN_FRONTEND=noninteractive
  if [ "$updated" = no ]; then
    apt-get update -qq >&2 || say "apt-get update failed; trying with the lists that are there"
    updated=yes
  fi
  apt-get install -y -qq --no-install-recommends "$@" >&2 || fail "apt-get could not install $*"
}

make_venv() {
  local python
  python=$(find_python)
  say "making $venv with $("$python" --version)"
  rm -rf "$venv"
  if have uv && uv venv --quiet --no-python-downloads --python "$(command -v "$python")" "$venv"; then
    return
  fi
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then # Debian ships them apart
    apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  fi
  "$python" -m venv "$venv"
}

# uv is ten times as fast as pip. The one on PATH serves; else a pinned one goes into .venv; pip does it in the end.
find_uv() {
  have uv && echo uv && return
  [ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements-uv.txt >&2 || return 1
  echo "$venv/bin/uv"
}

install_packages() {
  local uv
  if uv=$(find_uv); then
    # The system's certificates are right behind a proxy that signs for itself. The setting was renamed in 2026.
    if "$uv" --help 2>/dev/null | grep -q -- --system-certs; then
      export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
    else
      export UV_NATIVE_TLS="${UV_NATIVE_TLS:-true}"
    fi
    say "installing $lock with $("$uv" --version)"
    if "$uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock" &&
      "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .; then
      return
    fi
    say "uv did not manage; trying with pip"
  fi
  [ -x "$venv/bin/pip" ] || "$venv/bin/python" -m ensurepip >&2 || fail "neither uv nor pip could install the packages"
  say "installing $lock with pip, which takes a minute"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . >&2
}

system_needs() { # of the tests: a PostgreSQL server and a browser
  local missing=()
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || have initdb || missing+=(postgresql)
  have chromium || have chromium-browser || have google-chrome || missing+=(chromium fonts-noto-core)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

key=$(checksum)
installed=$(cat "$stamp" 2>/dev/null || true)
if [ "$installed" != "test $key" ] && [ "$installed" != "$wanted $key" ]; then
  if [ ! -x $venv/bin/python ] || ! $venv/bin/python -c '' 2>/dev/null || [ "$(cat $venv/.place 2>/dev/null)" != "$(pwd)" ]; then
    make_venv
    pwd >$venv/.place
  fi
  rm -f "$stamp" # an interrupted installation must not look finished
  install_packages
  echo "$wanted $key" >"$stamp"
fi
[ "$wanted" != test ] || system_needs
