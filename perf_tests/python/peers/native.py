# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Extension modules that peers are compiled to, kept between runs by what they are made of."""
import hashlib
import importlib.util
import os
import pathlib
import subprocess
import sys
import sysconfig

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = ("-O3", "-march=native", "-fopenmp", "-fPIC", "-shared")


def kept(source, version):
    """Where the module of a source file is, or will be; it must be named as the file is."""
    text = f"{version} {sys.version} {sysconfig.get_config_var('EXT_SUFFIX')}".encode() + source.read_bytes()
    folder = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "granum-bench"
    folder = folder / hashlib.sha256(text).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder / (source.stem + sysconfig.get_config_var("EXT_SUFFIX"))


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{pathlib.Path(words[0]).name} failed: {(done.stderr or done.stdout).strip()[-300:]}")


def load(path):
    spec = importlib.util.spec_from_file_location(path.name.split(".")[0], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
