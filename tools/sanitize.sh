# Build the extensions with AddressSanitizer and UndefinedBehaviorSanitizer, and run the tests that use them.
#
# The build has a folder of its own. Python's own allocator is replaced by malloc, which the sanitizers watch. Left out
# are the tests that measure memory or wait for an address to return, as the sanitizers keep it for a while, and those
# that measure time. Leaks are for the first of these, as Python itself never frees what lives as long as the process.
set -eu
python=$PWD/${1:-.venv/bin/python}
build=$PWD/.venv-sanitize
checks=address,undefined,float-cast-overflow

mkdir -p "$build"
CFLAGS="-g1 -fsanitize=$checks -fno-sanitize-recover=all -fno-omit-frame-pointer" \
    "$python" setup.py -q build --build-base "$build/build" >"$build/log" 2>&1 || { cat "$build/log"; exit 1; }
library=$(dirname "$(dirname "$(find "$build/build" -path '*/engine/_native*.so' | head -n 1)")")
LD_PRELOAD="$(${CC:-gcc} -print-file-name=libasan.so) $(${CC:-gcc} -print-file-name=libubsan.so)" \
    ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
    UBSAN_OPTIONS=print_stacktrace=1 PYTHONMALLOC=malloc \
    CHAINRULE_REQUIRE_NATIVE=1 PYTHONPATH=$(dirname "$library") \
    "$python" -m pytest -q -n auto --half -p no:cacheprovider tests/engine tests/programs \
    --ignore=tests/engine/test_memory.py \
    -k "(not test_native_memory or survive) and not linear_time and not ids_return"
