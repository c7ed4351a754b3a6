# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""python -m granum: what is in the cache, what this machine offers."""
import argparse
import os
import sys


def cache_list(options):
    from . import cache

    total = 0
    for path, size, used in cache.entries():
        import time

        total += size
        print(f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(used))} {size:>9}  {path}")
    print(f"{total} bytes in {cache.folder()}")


def cache_size(options):
    from . import cache

    found = cache.entries()
    print(f"{sum(size for _, size, _ in found)} bytes in {len(found)} kernels, at most {cache.size_limit()}: "
          f"{cache.folder()}")


def cache_clear(options):
    from . import cache

    print(f"removed {cache.clear()} kernels from {cache.folder()}")


def doctor(options):
    from . import doctor

    return doctor.report()


def parser():
    top = argparse.ArgumentParser(prog="python -m granum", description=__doc__.partition(": ")[2])
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    cache = commands.add_parser("cache", help="what is compiled already")
    actions = cache.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="each compiled kernel, the one used longest ago first").set_defaults(run=cache_list)
    actions.add_parser("size", help="bytes in use").set_defaults(run=cache_size)
    actions.add_parser("clear", help="remove all of it").set_defaults(run=cache_clear)
    commands.add_parser("doctor", help="compiler, cache, threads, and what is odd").set_defaults(run=doctor)
    return top


def main(arguments=None):
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except BrokenPipeError:
        # Somebody closed the pipe, as head does: no more to say, and nothing went wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
