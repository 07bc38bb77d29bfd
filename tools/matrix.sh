# Run the tests on every standard Python from 3.10 to 3.14 that is found on the PATH or under pyenv.
set -u

find_python() {
    for candidate in "$(command -v "python$1")" "$HOME/.pyenv/versions/$1".*/bin/python; do
        if [ -n "$candidate" ] && "$candidate" -c 'import venv' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

failed=""
for version in 3.10 3.11 3.12 3.13 3.14; do
    python=$(find_python "$version")
    if [ -z "$python" ]; then
        echo "Python $version: not found"
        continue
    fi
    venv=.venv-$version
    log=$venv/log
    rm -rf build
    if "$python" -m venv "$venv" && "$venv/bin/pip" install -q --upgrade pip >"$log" 2>&1 &&
        "$venv/bin/pip" install -q '.[all]' --group test >>"$log" 2>&1 &&
        CHAINRULE_REQUIRE_NATIVE=1 "$venv/bin/python" -m pytest -q -n auto tests \
            --ignore=tests/peers --ignore=tests/browser >>"$log" 2>&1; then
        echo "Python $version: $(tail -n 1 "$log")"
    else
        echo "Python $version: FAILED, see $log: $(tail -n 1 "$log")"
        failed="$failed $version"
    fi
done
[ -z "$failed" ]
