#!/bin/sh
# Makes the virtual environment .venv, or does nothing when it is up to date.
#
#   scripts/setup.sh runtime    what `remit` needs to run
#   scripts/setup.sh dev        the same, and what the checks and tests need
#
# PYTHON=/path/to/python chooses the interpreter; otherwise the first suitable one is taken.
#
# Up to date means: the stamp of the level holds the checksum of pyproject.toml, the environment
# was made in this folder, and its Python still runs. `dev` includes `runtime`. The marker file
# stands while the environment is being changed; one left by an interrupted run means that
# nothing in the environment can be trusted, and it is made anew.
set -eu

level=${1:-runtime}
case $level in
    runtime) target=. ;;
    dev) target='.[dev]' ;;
    *) echo "usage: scripts/setup.sh [runtime|dev]" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
root=$(pwd -P)
venv=.venv
python=$venv/bin/python
marker=$venv/remit-unfinished
home=$venv/remit-home
log=$venv/remit-setup.log
wanted=${PYTHON:-}

say() { printf 'remit: %s\n' "$*"; }
fail() { printf 'remit: %s\n' "$*" >&2; exit 1; }
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- which Python -------------------------------------------------------------------------

# Prints "too-old|bare|good VERSION"; fails when the command does not run (a broken shim, say).
probe() {
    "$1" -c '
import sys
kind = "good"
if sys.version_info < (3, 11):
    kind = "too-old"
else:
    try:
        import ensurepip, venv
    except ImportError:
        kind = "bare"
print("%s %d.%d.%d" % ((kind,) + tuple(sys.version_info[:3])))
' 2>/dev/null
}

# The installation beneath an interpreter, the same for all environments made from it.
origin() {
    "$1" -c 'import sys; print(sys.base_prefix, sys.version_info[:3])' 2>/dev/null
}

too_old() {
    fail "found Python $1 ($2), but remit needs 3.11 or newer: install a newer Python," \
        "or name one with 'make PYTHON=/path/to/python3.11 ...'."
}

bare() {
    fail "Python $1 ($2) cannot make virtual environments: install its venv module" \
        "(on Debian or Ubuntu 'apt install python3-venv' or 'python${1%.*}-venv')" \
        "and run make again."
}

# Sets $interpreter and $version.
find_python() {
    if [ -n "$wanted" ]; then
        found=$(probe "$wanted") || fail "PYTHON=$wanted does not run: name a working Python 3.11 or newer."
        interpreter=$wanted
        version=${found#* }
        case $found in
            too-old*) too_old "$version" "$interpreter" ;;
            bare*) bare "$version" "$interpreter" ;;
        esac
        return
    fi
    old_version='' bare_version=''
    for interpreter in python3.13 python3.12 python3.11 python3.14 python3 python; do
        found=$(probe "$interpreter") || continue
        version=${found#* }
        case $found in
            good*) return ;;
            bare*)
                if [ -z "$bare_version" ]; then
                    bare_version=$version bare_name=$(command -v "$interpreter")
                fi ;;
            too-old*)
                if [ -z "$old_version" ]; then
                    old_version=$version old_name=$(command -v "$interpreter")
                fi ;;
        esac
    done
    if [ -n "$bare_version" ]; then bare "$bare_version" "$bare_name"; fi
    if [ -n "$old_version" ]; then too_old "$old_version" "$old_name"; fi
    fail "found no Python: install Python 3.11 or newer, or name one with" \
        "'make PYTHON=/path/to/python3.11 ...'."
}

# --- the state of .venv -------------------------------------------------------------------

checksum=$(cksum < pyproject.toml)

stamped() { [ "$(cat "$venv/remit-$1.stamp" 2>/dev/null)" = "$checksum" ]; }

# Where the environment was made and for which Python: moving the folder or upgrading the system's
# Python breaks it.
birthplace() { printf '%s %s' "${1%.*}" "$root"; }

# Is there an environment that can be used or brought up to date? One that the user made serves too.
usable() {
    [ ! -e "$marker" ] || return 1
    state=$(probe "$python") || return 1
    case $state in too-old*) return 1 ;; esac
    if [ -e "$home" ]; then
        [ "$(cat "$home")" = "$(birthplace "${state#* }")" ] || return 1
    else
        "$python" -m pip --version > /dev/null 2>&1 || return 1
        birthplace "${state#* }" > "$home"
    fi
    [ -z "$wanted" ] || [ "$(origin "$wanted")" = "$(origin "$python")" ]
}

up_to_date() {
    stamped dev || { [ "$level" = runtime ] && stamped runtime; } || return 1
    [ -x "$venv/bin/remit" ]
}

# --- making it ----------------------------------------------------------------------------

# Another set-up of the same folder (a second terminal) is waited for, not trampled on.
wait_for_other() {
    said=''
    while other=$(cat "$marker" 2>/dev/null) && [ -n "$other" ] \
        && ps -p "$other" -o stat= -o args= 2>/dev/null | grep -q '^[^Z].*setup\.sh'; do
        if [ -z "$said" ]; then say "waiting for another set-up of $venv (process $other)"; fi
        said=yes
        sleep 1
    done
}

# An environment may be replaced; a folder of that name with something else in it may not.
make_environment() {
    if [ -e "$venv" ] && [ ! -e "$marker" ] && [ ! -e "$venv/pyvenv.cfg" ] && [ ! -e "$venv/bin" ] \
        && [ -n "$(ls -A "$venv")" ]; then
        fail "$venv is not a virtual environment: move it away and run make again."
    fi
    say "making the virtual environment $venv with Python $version ($(command -v "$interpreter"))"
    rm -rf "$venv"
    mkdir "$venv" || fail "cannot make the folder $venv in $root."
    echo $$ > "$marker"
    if ! "$interpreter" -m venv "$venv" > "$log" 2>&1; then
        reason=$(grep . "$log" | tail -n 1) || reason='no reason given'
        rm -rf "$venv"
        fail "making the virtual environment failed: $reason"
    fi
    birthplace "$version" > "$home"
}

# Shortens pip's talk to a line per package.
narrate() {
    retried=''
    while IFS= read -r line; do
        printf '%s\n' "$line" >> "$log"
        case $line in
            *'.whl.metadata'*) ;;
            *' '*'.whl ('* | *' '*'.tar.gz ('*)
                line=${line##*/} line=${line#*Downloading } line=${line#*Using cached }
                version=${line#*-}
                size=${line##*\(}
                case $size in from*) size='' ;; *) size=", ${size%\)}" ;; esac
                printf '  - fetching %s %s%s\n' "${line%%-*}" "${version%%-*}" "$size" ;;
            *Retrying*)
                if [ -z "$retried" ]; then echo '  - the package index does not answer, trying again'; fi
                retried=yes ;;
            'Installing collected packages: '*)
                line=${line#*: }
                printf '  - installing %s package(s)\n' "$(printf '%s\n' "$line" | tr ',' '\n' | wc -l | tr -d ' ')" ;;
        esac
    done
}

# Says in one sentence why pip failed.
explain() {
    if grep -q -i -E 'Failed to establish|name resolution|Max retries|ProxyError|timed out|unreachable|Connection (refused|reset)|ConnectionError|Cannot connect' "$log"; then
        fail "the packages could not be fetched, since no package index answered:" \
            "connect to the network (or set your proxy or index for pip) and run make again."
    fi
    reason=$(grep '^ *ERROR' "$log" | tail -n 1) || reason='pip gave no reason'
    fail "installing the packages failed (${reason#*ERROR: }); the whole story is in $log."
}

install() {
    case $level in
        runtime) say "installing remit and what it needs into $venv" ;;
        dev) say "installing remit, what it needs and the tools of its checks and tests into $venv" ;;
    esac
    echo $$ > "$marker"
    : > "$log"
    rm -f "$venv"/remit-*.stamp
    status=$venv/remit-pip-status
    {
        code=0
        PIP_USER=0 "$python" -m pip --disable-pip-version-check --no-input \
            install --retries 3 --progress-bar off --editable "$target" 2>&1 || code=$?
        printf '%s\n' "$code" > "$status"
    } | narrate
    code=$(cat "$status")
    rm -f "$status"
    # pip ended by itself, so it has undone what it could not finish: no need to start anew.
    if [ "$code" -lt 128 ] && ! grep -q 'Operation cancelled' "$log"; then rm -f "$marker"; fi
    if [ "$code" -ne 0 ]; then explain; fi
    printf '%s\n' "$checksum" > "$venv/remit-$level.stamp"
}

wait_for_other
if usable; then
    if up_to_date; then exit 0; fi
else
    if [ -e "$marker" ]; then
        say "an earlier set-up was interrupted: starting anew"
    elif [ -e "$home" ]; then
        say "$venv no longer fits this folder or this Python: starting anew"
    fi
    find_python
    make_environment
fi
start=$(date +%s)
install
say "set up in $(($(date +%s) - start)) s"
