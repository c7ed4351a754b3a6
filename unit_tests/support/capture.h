/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file capture.h
 * @brief Read what the library prints to stdout or stderr: begin, do, end.
 */
#ifndef GRANUM_TEST_CAPTURE_H
#define GRANUM_TEST_CAPTURE_H

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

typedef struct capture {
    FILE *stream; /**< stdout or stderr, which goes to file meanwhile */
    FILE *file;
    int saved;        /**< descriptor of where the stream went before */
    char text[20000]; /**< what was printed, from capture_end on */
} capture;

/** Send a stream into a file; false if that is refused, which the comparison will show. */
static inline bool capture_begin(capture *c, FILE *stream) {
    c->stream = stream;
    fflush(stream);
    c->file = tmpfile();
    c->saved = dup(fileno(stream));
    return c->file && c->saved >= 0 && dup2(fileno(c->file), fileno(stream)) >= 0;
}

/** Let the stream go where it went before; its text is in c->text. */
static inline const char *capture_end(capture *c) {
    size_t length;

    c->text[0] = '\0';
    if (!c->file || c->saved < 0) {
        return c->text;
    }
    fflush(c->stream);
    dup2(c->saved, fileno(c->stream));
    close(c->saved);
    rewind(c->file);
    length = fread(c->text, 1, sizeof c->text - 1, c->file);
    c->text[length] = '\0';
    fclose(c->file);
    return c->text;
}

#endif
