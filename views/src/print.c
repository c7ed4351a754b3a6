/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file print.c
 * @brief Text of a View, character for character what NumPy's print() shows with default options.
 *
 * Two passes over the elements that are shown find the column's width, a third one writes.
 *
 * Source: numpy/_core/arrayprint.py (NumPy 2) for the rules; the code is ours.
 */
#include <granum/view.h>

#include "copy_device.h"
#include "float_text.h"
#include "handle.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
    THRESHOLD = 1000, /* elements above which long dimensions are abbreviated */
    EDGE = 3,         /* items kept at each end */
    LINE_WIDTH = 75
};

/* ---- elements ---- */

typedef struct printer {
    FILE *out;
    const gr_any_view *view;
    bool abbreviate;
    bool choosing; /* first of the two scans of the floats */
    int width;     /* of integers */
    float_column real, imag;
} printer;

static bool is_complex(gr_dtype dtype) {
    return dtype == GR_C64 || dtype == GR_C128;
}

static bool is_float(gr_dtype dtype) {
    return dtype == GR_F32 || dtype == GR_F64 || is_complex(dtype);
}

static void read_float(const gr_any_view *v, const void *at, double *real, double *imag) {
    *imag = 0;
    switch (v->dtype) {
    case GR_F32:
        *real = (double)*(const float *)at;
        break;
    case GR_C64:
        *real = (double)((const gr_c64 *)at)->re;
        *imag = (double)((const gr_c64 *)at)->im;
        break;
    case GR_C128:
        *real = ((const gr_c128 *)at)->re;
        *imag = ((const gr_c128 *)at)->im;
        break;
    default:
        *real = *(const double *)at;
    }
}

static void integer_text(char text[ELEMENT_TEXT], const gr_any_view *v, const void *at) {
    switch (v->dtype) {
    case GR_I8:
        text_append(text, "%d", *(const int8_t *)at);
        break;
    case GR_I16:
        text_append(text, "%d", *(const int16_t *)at);
        break;
    case GR_I32:
        text_append(text, "%" PRId32, *(const int32_t *)at);
        break;
    case GR_I64:
        text_append(text, "%" PRId64, *(const int64_t *)at);
        break;
    case GR_U8:
        text_append(text, "%u", *(const uint8_t *)at);
        break;
    case GR_U16:
        text_append(text, "%u", *(const uint16_t *)at);
        break;
    case GR_U32:
        text_append(text, "%" PRIu32, *(const uint32_t *)at);
        break;
    case GR_U64:
        text_append(text, "%" PRIu64, *(const uint64_t *)at);
        break;
    default:
        text_append(text, "%s", *(const bool *)at ? "True" : "False");
    }
}

static void measure(printer *p, const void *at) {
    double real, imag;

    if (!is_float(p->view->dtype)) {
        char text[ELEMENT_TEXT] = "";

        integer_text(text, p->view, at);
        p->width = text_maximum(p->width, (int)strlen(text));
        return;
    }
    read_float(p->view, at, &real, &imag);
    if (p->choosing) {
        float_column_range(&p->real, real);
        float_column_range(&p->imag, imag);
    } else {
        float_column_widen(&p->real, real);
        float_column_widen(&p->imag, imag);
    }
}

static void element_text(char text[ELEMENT_TEXT], const printer *p, const void *at) {
    double real, imag;

    text[0] = '\0';
    if (!is_float(p->view->dtype)) {
        char value[ELEMENT_TEXT] = "";

        integer_text(value, p->view, at);
        text_append(text, "%*s", p->width, value);
        return;
    }
    read_float(p->view, at, &real, &imag);
    float_column_text(text, &p->real, real);
    if (is_complex(p->view->dtype)) {
        char part[ELEMENT_TEXT] = "";
        int used;

        float_column_text(part, &p->imag, imag);
        used = (int)strlen(part);
        while (used > 0 && part[used - 1] == ' ') {
            used--;
        }
        text_append(text, "%.*sj%s", used, part, part + used);
    }
}

/* ---- the block ---- */

static const char *element_at(const printer *p, const char *at, int d, gr_index i) {
    return at + i * p->view->stride[d] * (gr_index)p->view->item;
}

/* The next index that is shown after i; skipping what "..." stands for. */
static gr_index next_shown(const printer *p, int d, gr_index i) {
    const gr_index extent = p->view->extent[d];

    return p->abbreviate && extent > 2 * EDGE && i == EDGE - 1 ? extent - EDGE : i + 1;
}

static void measure_all(printer *p, int d, const char *at) {
    if (d == p->view->rank) {
        measure(p, at);
        return;
    }
    for (gr_index i = 0; i < p->view->extent[d]; i = next_shown(p, d, i)) {
        measure_all(p, d + 1, element_at(p, at, d, i));
    }
}

/* A line that grows by words and is written when the next would not fit. */
typedef struct print_line {
    size_t indent; /* characters of hanging indent that the line began with */
    bool first;    /* the opening brackets stand where its indent would */
    char text[LINE_WIDTH + 2 * ELEMENT_TEXT];
} print_line;

static void line_begin(print_line *line, int indent) {
    snprintf(line->text, sizeof line->text, "%*s", indent, "");
    line->indent = (size_t)indent;
}

static void line_write(const printer *p, print_line *line) {
    fputs(line->text + (line->first ? line->indent : 0), p->out);
    line->first = false;
}

static void line_word(const printer *p, print_line *line, int width, const char *word) {
    size_t length = strlen(line->text);

    if (length > line->indent && length + strlen(word) > (size_t)width) {
        while (length > 0 && line->text[length - 1] == ' ') {
            line->text[--length] = '\0';
        }
        line_write(p, line);
        fputc('\n', p->out);
        line_begin(line, (int)line->indent);
        length = line->indent;
    }
    snprintf(line->text + length, sizeof line->text - length, "%s", word);
}

static void print_row(const printer *p, int d, const char *at) {
    const gr_index extent = p->view->extent[d];
    const int width = LINE_WIDTH - d - 1; /* room for the closing brackets */
    print_line line = {.first = true};
    char word[ELEMENT_TEXT];

    line_begin(&line, d + 1);
    for (gr_index i = 0; i < extent; i = next_shown(p, d, i)) {
        element_text(word, p, element_at(p, at, d, i));
        line_word(p, &line, width, word);
        if (next_shown(p, d, i) > i + 1) {
            strcat(line.text, " ");
            line_word(p, &line, width, "...");
        }
        if (i + 1 < extent) {
            strcat(line.text, " ");
        }
    }
    line_write(p, &line);
}

static void print_block(const printer *p, int d, const char *at) {
    const gr_index extent = p->view->extent[d];
    const int left = p->view->rank - d;

    fputc('[', p->out);
    if (left == 1) {
        print_row(p, d, at);
    } else {
        for (gr_index i = 0; i < extent; i = next_shown(p, d, i)) {
            const bool skips = next_shown(p, d, i) > i + 1;

            print_block(p, d + 1, element_at(p, at, d, i));
            for (int part = skips ? 2 : i + 1 < extent ? 1 : 0; part > 0; part--) {
                for (int k = 1; k < left; k++) {
                    fputc('\n', p->out);
                }
                fprintf(p->out, "%*s%s", d + 1, "", part == 2 ? "..." : "");
            }
        }
    }
    fputc(']', p->out);
}

static void print_scalar(const printer *p) {
    const gr_any_view *v = p->view;
    const bool single = v->dtype == GR_F32 || v->dtype == GR_C64;
    char text[ELEMENT_TEXT] = "";
    double real, imag;

    if (!is_float(v->dtype)) {
        integer_text(text, v, v->data);
    } else {
        read_float(v, v->data, &real, &imag);
        if (!is_complex(v->dtype)) {
            float_scalar_text(text, real, single, false, true);
        } else if (real == 0 && !signbit(real)) {
            float_scalar_text(text, imag, single, false, false);
            text_append(text, "j");
        } else {
            text_append(text, "(");
            float_scalar_text(text, real, single, false, false);
            float_scalar_text(text, imag, single, true, false);
            text_append(text, "j)");
        }
    }
    fputs(text, p->out);
}

static void print_array(printer *p) {
    const char *const at = (const char *)p->view->data;

    p->choosing = true;
    measure_all(p, 0, at);
    float_column_choose(&p->real);
    float_column_choose(&p->imag);
    p->choosing = false;
    if (is_float(p->view->dtype)) {
        measure_all(p, 0, at);
        float_column_close(&p->real);
        float_column_close(&p->imag);
    } else if (p->view->dtype == GR_BOOL) {
        p->width =
            text_maximum(p->width, 5); /* " True" aligns with "False" even where there is none */
    }
    print_block(p, 0, at);
}

static gr_status print(FILE *out, gr_any_view v) {
    const bool single = v.dtype == GR_F32 || v.dtype == GR_C64;
    printer p = {.out = out,
                 .view = &v,
                 .real = {.single = single, .smallest = INFINITY},
                 .imag = {.single = single, .smallest = INFINITY, .plus = true}};

    p.abbreviate = gr_view_size(v) > THRESHOLD;
    if (gr_view_size(v) == 0) {
        fputs("[]", out);
    } else if (v.rank == 0) {
        print_scalar(&p);
    } else {
        print_array(&p);
    }
    fputc('\n', out);
    GR_REQUIRE(!ferror(out), GR_IO, "stream = in error after %td elements, expected it to take all",
               gr_view_size(v));
    return GR_SUCCESS;
}

gr_status gr_view_print(FILE *out, gr_any_view v) {
    gr_any_view here;
    gr_status status;

    GR_REQUIRE(out != NULL, GR_INVALID_ARG, "out = NULL, expected a stream");
    GR_TRY(gr_impl_view_check(&v, "the view", GR_HERE));
    GR_REQUIRE(v.dtype != GR_STRUCT, GR_UNSUPPORTED,
               "dtype of \"%s\" = struct of %zu bytes, expected a type with a printed form",
               gr_view_label(v), v.item);
    GR_TRY(view_for_host(&here, &v, GR_HERE));
    status = print(out, here);
    if (here.buffer != NULL) {
        (void)!gr_impl_any_release(&here, GR_HERE);
    }
    return status;
}
