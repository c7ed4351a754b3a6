/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file summary.h
 * @brief What the summary tool collects, and how it is written down.
 */
#ifndef GRANUM_TOOLS_SUMMARY_H
#define GRANUM_TOOLS_SUMMARY_H

#include <stdint.h>
#include <stdio.h>

/** What a line of the tree is. */
typedef enum summary_kind {
    SUMMARY_REGION,
    SUMMARY_FOR,
    SUMMARY_REDUCE,
    SUMMARY_SCAN,
    SUMMARY_COPY
} summary_kind;

/** A line of the tree. */
typedef struct summary_node {
    struct summary_node *next, *branches;
    summary_kind kind;
    uint64_t calls;
    int64_t nanoseconds, longest; /**< of all calls; of one */
    uint64_t bytes;               /**< moved by copies, read or written */
    const char *label;            /**< behind the node */
} summary_node;

/** A memory space, or a label in one. */
typedef struct summary_memory {
    struct summary_memory *next, *labels;
    int64_t now, most; /**< [B] */
    uint64_t allocations;
    char name[];
} summary_memory;

/** All of it. */
typedef struct summary {
    int64_t since; /**< nanoseconds() at the beginning */
    summary_memory *spaces;
    summary_node root; /**< the program */
} summary;

/** A tree and a table, for people. */
void summary_write_text(FILE *out, const summary *all);

/** The same as JSON, for programs. */
void summary_write_json(FILE *out, const summary *all);

#endif
