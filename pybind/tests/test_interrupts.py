# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ctrl-C while a kernel runs and while one is compiled; modules that are edited."""
import importlib
import os
import signal
import subprocess
import sys
import time

import granum as gr
import numpy as np

LONG = """
import os, signal, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
import granum as gr, numpy as np

@gr.kernel
def spin(i, out, rounds):
    x = 1.0
    for k in range(rounds):
        x = x * 0.999999 + 1.0
    out[i] = x

out = np.zeros(400)
for _ in range(6):  # learns that it is worth releasing the GIL
    gr.parallel_for(400, spin, out, 100_000)
out[:] = 0

def interrupt():
    while not out.any():
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt).start()
try:
    gr.parallel_for(400, spin, out, 1_000_000)
    time.sleep(10)
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted", out.min() > 0)
    gr.parallel_for(400, spin, out, 1)
    print("goes on", out[0])
"""


def test_a_kernel_ends_before_the_interrupt_is_raised(tmp_path):
    (tmp_path / "long.py").write_text(LONG)
    done = subprocess.run([sys.executable, str(tmp_path / "long.py")], capture_output=True, text=True, check=False,
                          timeout=120)
    assert done.stdout.startswith("interrupted True\ngoes on 1.99999"), done.stdout + done.stderr


COMPILING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import granum as gr, numpy as np

@gr.kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]

x, y = np.ones(3), np.zeros(3)
try:
    gr.parallel_for(3, axpy, 1.0, x, y)
except KeyboardInterrupt:
    import os
    os.environ.pop("GRANUM_CC")
    gr.parallel_for(3, axpy, 1.0, x, y)
    print("interrupted, then", y.sum())
"""


def test_an_interrupted_compilation_can_be_repeated(tmp_path):
    slow = tmp_path / "gcc"
    slow.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nexec sleep 60\n")
    slow.chmod(0o755)
    (tmp_path / "compiling.py").write_text(COMPILING)
    process = subprocess.Popen([sys.executable, str(tmp_path / "compiling.py")], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "GRANUM_CC": str(slow), "GRANUM_CACHE_DIR": str(tmp_path / "cache")})
    while not (tmp_path / "started").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert said == "interrupted, then 3.0\n"
    assert not [name for _, _, files in os.walk(tmp_path / "cache") for name in files if name.endswith(".tmp")]


def test_a_module_that_is_edited_and_reloaded(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    text = "import granum as gr\n\n\n@gr.kernel\ndef scale(i, x):\n    x[i] *= {}\n"
    (tmp_path / "edited_kernels.py").write_text(text.format("2.0"))
    module = importlib.import_module("edited_kernels")
    x = np.ones(3)
    gr.parallel_for(3, module.scale, x)
    before = module.scale
    (tmp_path / "edited_kernels.py").write_text("# another line\n" + text.format("5.0"))
    importlib.invalidate_caches()
    module = importlib.reload(module)
    gr.parallel_for(3, module.scale, x)
    assert list(x) == [10.0] * 3
    gr.parallel_for(3, before, x)
    assert list(x) == [20.0] * 3
