/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file report.h
 * @brief Where records go: the aligned table, the JSON lines, or the process that asked for them.
 */
#ifndef PERF_TESTS_REPORT_H
#define PERF_TESTS_REPORT_H

#include "bench.h"

/** Open json (and json + ".about") for writing; NULL: only the table. Returns false with a message
 * on stderr. */
bool bench_report_open(const char *json, int argc, char **argv);

/** From now on write records for another process of this program to stdout, instead of a table. */
void bench_report_relay(void);

/** Report one line that bench_report_relay()'s process wrote. */
void bench_report_relayed(const char *line);

/** Print the counts of met and missed targets; returns how many rows gave a wrong answer. */
int bench_report_close(void);

/** One-line description of the machine ("" where unknown), for the table's head and the JSON's
 * companion. */
const char *bench_machine(void);

/** What twin and best are ("" where they are what the README says), for the companion too. */
const char *bench_rival(void);

#endif
