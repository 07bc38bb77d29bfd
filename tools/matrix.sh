# Run the tests on every standard Python from 3.10 to 3.14 that is found on the PATH or under pyenv.
set -u
failed=""
for version in 3.10 3.11 3.12 3.13 3.14; do
    python=$(command -v "python$version" || ls -d "$HOME"/.pyenv/versions/"$version".*/bin/python 2>/dev/null | tail -n 1)
    if [ -z "$python" ] || ! "$python" -c 'import venv' 2>/dev/null; then
        echo "Python $version: not found"
        continue
    fi
    venv=.venv-$version
    log=$venv/log
    if "$python" -m venv "$venv" && "$venv/bin/pip" install -q --upgrade pip >"$log" 2>&1 &&
        "$venv/bin/pip" install -q '.[all]' --group test >>"$log" 2>&1 &&
        CHAINRULE_REQUIRE_NATIVE=1 "$venv/bin/python" -m pytest -q tests --ignore=tests/peers >>"$log" 2>&1; then
        echo "Python $version: $(tail -n 1 "$log")"
    else
        echo "Python $version: FAILED, see $log: $(tail -n 1 "$log")"
        failed="$failed $version"
    fi
done
[ -z "$failed" ]
