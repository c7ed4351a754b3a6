# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# shellcheck shell=bash
# What each command needs of the machine; sourced by ./run.

build_packages="cmake ninja-build gcc libc6-dev"
python_packages="python3 python3-numpy python3-matplotlib"
test_packages="g++ binutils git pkg-config libcriterion-dev clang-15 libomp-15-dev llvm-15 clang-format-14 gcovr gdb"
python_test_packages="python3-venv python3-dev"

packages_of() {
    case $1 in
        demo | bench) echo "$build_packages $python_packages" ;;
        test) echo "$build_packages $python_packages $test_packages $python_test_packages" ;;
        python) echo "$build_packages $python_packages $python_test_packages" ;;
        doctor) echo "$build_packages" ;;
    esac
}

missing_packages() {
    local package missing=()
    for package in $(packages_of "$1"); do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    echo "${missing[*]}"
}

# need COMMAND: install what COMMAND needs and is not there; false, with the line to type, where that cannot be done.
need() {
    local missing as_root=()
    if ! command -v dpkg-query >/dev/null; then
        echo "No dpkg here: expecting these, or what your system calls them: $(packages_of "$1")"
        return 0
    fi
    missing=$(missing_packages "$1")
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
            printf 'Missing packages. Type this, then try again:\n  sudo apt-get install -y --no-install-recommends %s\n' "$missing"
            return 1
        fi
        as_root=(sudo -n)
    fi
    # shellcheck disable=SC2086 # one word a package
    timed build/logs/install.log "install $missing" install_packages $missing
}

install_packages() {
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0)
    # One unreachable source among several is no reason to stop; the installation tells.
    "${apt[@]}" update || true
    "${apt[@]}" install -y --no-install-recommends "$@"
}

# The first python3 that has what the pictures need; PATH's own may lack the system's modules.
find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import numpy, matplotlib' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    echo "run: no python3 with numpy and matplotlib, expected Debian's python3-numpy and python3-matplotlib" >&2
    return 1
}
