# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tools from libraries, granum's own among them, loaded into a program and seen from outside.

usage: check.py PROGRAM GOOD CRASHES EMPTY OTHER_VERSION
"""
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM, GOOD, CRASHES, EMPTY, OTHER = sys.argv[1:6]
VERSION = 20240906
HEARD = f"init 0 {VERSION}\n" + 3 * "reduce one reduce\n"


def run(*arguments, status=0, largest_file=None, **variables):
    """Output and errors of the program under these environment variables."""
    environment = {**os.environ, **variables}

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the error comes instead
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    done = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True,
                          preexec_fn=limit if largest_file else None, restore_signals=False)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr


class Libraries(unittest.TestCase):
    def test_library_hears(self):
        self.assertEqual(run(GRANUM_TOOLS_LIBS=GOOD)[0], HEARD + "done\nfinalize\n")

    def test_names_of_kokkos_serve_too(self):
        self.assertEqual(run(KOKKOS_TOOLS_LIBS=GOOD)[0], HEARD + "done\nfinalize\n")
        self.assertEqual(run(f"--kokkos-tools-libs={GOOD}")[0], HEARD + "done\nfinalize\n")

    def test_command_line_is_stronger_and_arguments_arrive(self):
        out, _ = run(f"--granum-tools-libs={GOOD}", "--granum-tools-args=one  two",
                     GRANUM_TOOLS_LIBS="/no/such.so")
        self.assertIn("argument one\nargument two\n", out)

    def test_two_libraries(self):
        out, _ = run(GRANUM_TOOLS_LIBS=f"{GOOD};;{GOOD}")
        self.assertIn(f"init 0 {VERSION}\ninit 1 {VERSION}\n", out)
        self.assertEqual(out.count("reduce one reduce"), 6)
        self.assertEqual(out.count("finalize"), 2)

    def test_program_without_finalize_ends_its_tools(self):
        self.assertEqual(run("unfinished", GRANUM_TOOLS_LIBS=GOOD)[0], HEARD + "finalize\n")

    def test_library_that_does_not_pair_beginnings_and_ends(self):
        out, text = run(GRANUM_TOOLS_LIBS=GOOD)
        self.assertEqual(
            text, f'granum: tool library "{GOOD}" exports kokkosp_begin_parallel_reduce without '
            "kokkosp_end_parallel_reduce, expected both: it is not told the other\n")
        self.assertEqual(out, HEARD + "done\nfinalize\n")

    def test_tools_print_their_help(self):
        for option in "--granum-tools-help", "--kokkos-tools-help":
            out, _ = run(option, "--granum-tools=trace=/dev/null")
            self.assertIn("GRANUM_TOOLS=trace=FILE.json", out)
            self.assertIn("done", out)

    def refused(self, message, **variables):
        self.assertIn(message, run(status=1, **variables)[0])

    def test_missing_library(self):
        self.refused('GR_INVALID_ARG: tool library = "/no/such.so", expected one that loads: '
                     "/no/such.so: cannot open shared object file", GRANUM_TOOLS_LIBS="/no/such.so")

    def test_library_without_functions(self):
        self.refused(f'tool library = "{EMPTY}", expected one that exports kokkosp_ functions',
                     GRANUM_TOOLS_LIBS=EMPTY)

    def test_library_of_another_version(self):
        self.refused(f'GR_VERSION_MISMATCH: granum_tool_version of "{OTHER}" = 7, expected '
                     f"{VERSION}, the interface of this library", GRANUM_TOOLS_LIBS=OTHER)

    def test_library_that_crashes_is_left_out(self):
        self.refused(f'tool library = "{CRASHES}", expected one that does not crash: Segmentation '
                     "fault in kokkosp_init_library", GRANUM_TOOLS_LIBS=CRASHES)

    def test_failure_ends_those_that_were_loaded(self):
        out, _ = run(status=1, GRANUM_TOOLS_LIBS=f"{GOOD};{EMPTY}")
        self.assertTrue(out.startswith(f"init 0 {VERSION}\nfinalize\n"), out)

    def test_unknown_tool(self):
        self.refused('tool = "trase", expected summary or trace; perhaps "trace"',
                     GRANUM_TOOLS="trase=x")

    def test_slip_in_a_name(self):
        self.refused('environment variable = "GRANUM_TOOL", expected "GRANUM_TOOLS"',
                     GRANUM_TOOL="summary")


class Summary(unittest.TestCase):
    def test_text(self):
        _, text = run(GRANUM_TOOLS="summary")
        lines = text.splitlines()
        self.assertTrue(lines[0].startswith("granum summary: "), text)
        rest = [line.split("%", 1)[-1].strip() for line in lines[2:9]]
        self.assertIn('region step "quoted"', text)
        self.assertIn("for one for", " ".join(rest))
        calls = {line.split("%")[-1].strip(): int(line.split()[0])
                 for line in lines if " % " in line}
        self.assertEqual(calls["reduce one reduce"], 3)
        self.assertEqual(calls["copy y <- x"], 3)
        self.assertIn("memory in Host: 16 kB at most", text)

    def test_json(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s.json")
            run(GRANUM_TOOLS=f"summary={path}")
            with open(path) as file:
                summary = json.load(file)
        region, = summary["tree"]
        self.assertEqual((region["kind"], region["label"], region["calls"]),
                         ("region", 'step "quoted"', 3))
        parts = {part["label"]: part for part in region["branches"]}
        self.assertEqual(parts["y <- x"]["bytes"], 3 * 8000)
        self.assertEqual({part["kind"] for part in parts.values()},
                         {"for", "reduce", "scan", "copy"})
        self.assertLessEqual(sum(part["total_s"] for part in parts.values()), region["total_s"])
        space, = summary["memory"]
        self.assertEqual((space["name"], space["most_bytes"]), ("Host", 16000))
        self.assertEqual({label["name"] for label in space["labels"]}, {"x", "y"})

    def test_program_that_does_not_pair_its_regions(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s.json")
            run("unpaired", GRANUM_TOOLS=f"summary={path}")
            with open(path) as file:
                summary = json.load(file)
        tree = {part["label"]: part for part in summary["tree"]}
        self.assertEqual((tree["paired"]["calls"], tree["never ended"]["calls"]), (1, 1))
        self.assertEqual(len(tree["never ended"]["branches"]), 5)
        self.assertTrue(all(part["calls"] == 1 for part in tree["never ended"]["branches"]))

    def test_file_that_cannot_be_written(self):
        _, text = run(GRANUM_TOOLS="summary=/no/such/folder/s")
        self.assertIn('file = "/no/such/folder/s", expected one that can be written', text)
        self.assertIn("granum summary: ", text)


class Trace(unittest.TestCase):
    def trace(self, *arguments, **how):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "t.json")
            _, self.errors = run(*arguments, GRANUM_TOOLS=f"trace={path}", **how)
            with open(path) as file:
                return file.read()

    def check(self, events):
        depth = {}
        last = 0.0
        for event in events:
            lane = event.get("tid", 0)
            depth[lane] = depth.get(lane, 0) + {"B": 1, "E": -1}.get(event["ph"], 0)
            self.assertGreaterEqual(depth[lane], 0)
            if "ts" in event:
                self.assertGreaterEqual(event["ts"], last)
                last = event["ts"]
        self.assertTrue(all(d == 0 for d in depth.values()))
        names = [event["name"] for event in events if event["ph"] == "B"]
        self.assertEqual(names.count("one scan"), 3)
        self.assertEqual(names.count('step "quoted"'), 3)
        starts = [event["id"] for event in events if event["ph"] == "s"]
        ends = [event["id"] for event in events if event["ph"] == "f"]
        self.assertEqual(starts, [1, 2, 3])
        self.assertEqual(ends, [1, 2])
        bytes_held = [event["args"]["bytes"] for event in events if event["ph"] == "C"]
        self.assertEqual(bytes_held[:2], [8000, 16000])
        return bytes_held

    def test_trace_is_json(self):
        self.assertEqual(self.check(json.loads(self.trace()))[-1], 0)

    def test_trace_of_a_killed_program_has_every_event(self):
        text = self.trace("killed", status=-9).rstrip(" ")
        self.assertTrue(text.endswith(",\n"), text[-40:])
        self.assertEqual(self.check(json.loads(text[:-2] + "]"))[-1], 16000)

    def test_file_that_cannot_be_written(self):
        _, text = run(GRANUM_TOOLS="trace=/no/such/folder/t")
        self.assertIn('opening "/no/such/folder/t" failed (No such file or directory), expected a '
                      "file that can be written", text)

    def test_instance_has_a_lane(self):
        events = json.loads(self.trace("instances"))
        lanes = {event["tid"]: event["args"]["name"] for event in events
                 if event["ph"] == "M" and event["name"] == "thread_name"}
        launch, = [event for event in events if event.get("name") == "on an instance"]
        self.assertEqual(lanes[launch["tid"]].split(" ", 1)[1], "0 instance 1")
        end, = [event for event in events if event["ph"] == "E" and event["tid"] == launch["tid"]]
        flow, = [event for event in events if event["ph"] == "f" and event["id"] == 3]
        self.assertEqual(flow["tid"], launch["tid"])
        self.assertGreaterEqual(end["ts"], launch["ts"])

    def test_ends_without_beginnings_are_left_out(self):
        depth = 0
        for event in json.loads(self.trace("unpaired")):
            depth += {"B": 1, "E": -1}.get(event["ph"], 0)
            self.assertGreaterEqual(depth, 0)
        self.assertEqual(depth, 1)  # the region that never ended

    def test_disk_that_fills_while_the_program_runs(self):
        text = self.trace("long", largest_file=(1 << 20) + (1 << 19)).rstrip(" \n,")
        self.assertRegex(self.errors, 'granum trace: making room in ".*t.json" failed .File too '
                         "large., expected a file that can be written; the trace ends here")
        events = json.loads(text[:text.rindex("\n")].rstrip(",") + "]")
        self.assertEqual([event["name"] for event in events if event["ph"] == "B"][:1],
                         ['step "quoted"'])
        self.assertGreater(len(events), 7000)

    def test_disk_that_has_no_room(self):
        _, text = run(GRANUM_TOOLS="trace=/dev/full")
        self.assertIn('making room in "/dev/full" failed', text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
