# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""granum in interpreters beside the main one: each has types and kernels of its own, over one library."""
import subprocess
import sys

import pytest

PROGRAM = """
import sys
sys.path[:0] = {path!r}
import faulthandler
faulthandler.enable()
import granum as gr

CODE = '''
import sys
sys.path[:0] = {path!r}
import granum as gr

@gr.kernel(source="def doubled(i, x):\\\\n    x[i] = x[i] * 2\\\\n")
def doubled(i, x):
    x[i] = x[i] * 2

@gr.kernel(source="def total(i, x):\\\\n    return x[i]\\\\n")
def total(i, x):
    return x[i]

x = gr.View(1000, gr.f64)
x.fill(4)
for _ in range(3):
    gr.parallel_for(1000, doubled, x)
assert gr.parallel_reduce(1000, total, x) == 32000.0
assert memoryview(x)[7] == 32.0
try:
    gr.parallel_for(1001, doubled, x)
except gr.BoundsError:
    sys.stdout.write("done\\\\n")
    sys.stdout.flush()
'''

exec(CODE)
{run}
exec(CODE)
"""

# Interpreters one after the other, and two at once in threads.
THREADS = """
import threading
def one():
    for _ in range(2):
        run()
one()
threads = [threading.Thread(target=one) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""

RUN = {
    "embedded": """
import _testcapi
def run():
    assert _testcapi.run_in_subinterp(CODE) == 0
""",
    "shared GIL": """
import _xxsubinterpreters as interpreters
def run():
    number = interpreters.create(isolated=False)
    interpreters.run_string(number, CODE)
    interpreters.destroy(number)
""",
    "isolated": """
try:
    import _interpreters as interpreters
    execute = interpreters.exec
except ImportError:
    import _xxsubinterpreters as interpreters
    execute = interpreters.run_string
def run():
    number = interpreters.create()
    failed = execute(number, CODE)
    assert not failed, failed
    interpreters.destroy(number)
""",
}


@pytest.mark.parametrize("how", RUN)
def test_interpreters_beside_the_main_one(how):
    """Kernels of the cache run in all kinds of them: the main interpreter compiles these first."""
    if how == "embedded":
        pytest.importorskip("_testcapi")
    elif how == "shared GIL" and sys.version_info >= (3, 13):
        pytest.skip("is what an embedded one has")
    program = PROGRAM.format(path=sys.path, run=RUN[how] + THREADS)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if how == "isolated" and sys.version_info[:2] == (3, 12):
        assert done.returncode == 1 and "granum._granum does not support loading in subinterpreters" in done.stderr
    else:
        assert done.returncode == 0 and done.stdout == "done\n" * 8, done.stderr


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python starts processes from all interpreters")
def test_interpreters_that_compile_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("GRANUM_CACHE_DIR", str(tmp_path / "cache"))
    run = RUN["isolated"] + """
try:
    run()
except Exception as error:
    print(error)
"""
    program = PROGRAM.format(path=sys.path, run=run).replace("exec(CODE)\n", "", 1)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.endswith("done\n"), done.stderr
    assert "cannot be started (subprocess not supported for isolated subinterpreters): launch the kernel in the main " \
           "interpreter first" in done.stdout
