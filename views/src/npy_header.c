/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file npy_header.c
 * @brief Parser and writer of .npy headers.
 *
 * Source: the format is NEP 1 and numpy/lib/format.py (NumPy 1.24), the writer's padding too.
 */
#include "npy_header.h"

#include "handle.h"

#include <stdio.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
enum { MAGIC_BYTES = 6, ALIGNMENT = 64, GROWTH_DIGITS = 21, QUOTED_MOST = 60 };

/* What NumPy writes after the byte order, for every dtype but GR_STRUCT. */
static const char descr_code[][4] = {
    [GR_I8] = "i1",  [GR_I16] = "i2",   [GR_I32] = "i4",  [GR_I64] = "i8", [GR_U8] = "u1",
    [GR_U16] = "u2", [GR_U32] = "u4",   [GR_U64] = "u8",  [GR_F32] = "f4", [GR_F64] = "f8",
    [GR_C64] = "c8", [GR_C128] = "c16", [GR_BOOL] = "b1",
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { NATIVE = '<', FOREIGN = '>' };
#else
enum { NATIVE = '>', FOREIGN = '<' };
#endif

/* ---- reading ---- */

/* Where the parser is. */
typedef struct cursor {
    const npy_source *source;
    const char *begin, *at, *end;
} cursor;

/* A piece of the header. */
typedef struct span {
    const char *at;
    size_t length;
} text_span;

/* A piece of the header for a message: cut, and without what a terminal would act on. */
static const char *quote(char out[QUOTED_MOST + 4], text_span span) {
    const size_t n = span.length < QUOTED_MOST ? span.length : QUOTED_MOST;

    for (size_t k = 0; k < n; k++) {
        out[k] = span.at[k] >= ' ' && span.at[k] <= '~' ? span.at[k] : '?';
    }
    memcpy(out + n, n < span.length ? "..." : "", n < span.length ? 4 : 1);
    return out;
}

static gr_status fail_here(const cursor *c, const char *expected) {
    char text[QUOTED_MOST + 4];
    const text_span rest = {c->at, (size_t)(c->end - c->at)};

    return gr_impl_raise(GR_BAD_FILE, c->source->place,
                         "header of \"%s\" at byte %td = \"%s\", expected %s", c->source->path,
                         c->at - c->begin, quote(text, rest), expected);
}

static void skip_space(cursor *c) {
    while (c->at < c->end &&
           (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r')) {
        c->at++;
    }
}

/* Step over a character, after spaces; false if another one is there. */
static bool take(cursor *c, char wanted) {
    skip_space(c);
    if (c->at < c->end && *c->at == wanted) {
        c->at++;
        return true;
    }
    return false;
}

static bool take_word(cursor *c, const char *word) {
    const size_t n = strlen(word);

    skip_space(c);
    if ((size_t)(c->end - c->at) >= n && memcmp(c->at, word, n) == 0) {
        c->at += n;
        return true;
    }
    return false;
}

static bool is_word(text_span span, const char *word) {
    return span.length == strlen(word) && memcmp(span.at, word, span.length) == 0;
}

static gr_status parse_string(cursor *c, text_span *out) {
    char quotation;

    skip_space(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"')) {
        return fail_here(c, "a quoted text");
    }
    quotation = *c->at++;
    out->at = c->at;
    while (c->at < c->end && *c->at != quotation && *c->at != '\\') {
        c->at++;
    }
    if (c->at == c->end || *c->at == '\\') {
        return fail_here(c, "the end of a quoted text");
    }
    out->length = (size_t)(c->at++ - out->at);
    return GR_SUCCESS;
}

static gr_status refuse_dtype(const cursor *c, text_span descr, const char *expected) {
    char text[QUOTED_MOST + 4];

    return gr_impl_raise(GR_UNSUPPORTED, c->source->place, "descr of \"%s\" = %s, expected %s",
                         c->source->path, quote(text, descr), expected);
}

static gr_status parse_descr(cursor *c, gr_npy_info *info) {
    const char *const expected = "bool, an integer, f4, f8, c8 or c16 in either byte order";
    text_span descr, code;
    char order = '|';

    skip_space(c);
    if (c->at < c->end && (*c->at == '[' || *c->at == '(' || *c->at == '{')) {
        const text_span rest = {c->at, (size_t)(c->end - c->at)};

        return refuse_dtype(c, rest, "one element type, no record");
    }
    GR_TRY(parse_string(c, &descr));
    code = descr;
    if (code.length > 0 && memchr("<>|=", code.at[0], 4) != NULL) {
        order = code.at[0];
        code.at++;
        code.length--;
    }
    info->dtype = (gr_dtype)0;
    for (int d = GR_STRUCT + 1; d < (int)(sizeof descr_code / sizeof *descr_code); d++) {
        if (is_word(code, descr_code[d])) {
            info->dtype = (gr_dtype)d;
        }
    }
    if (info->dtype == (gr_dtype)0) {
        return refuse_dtype(c, descr, expected);
    }
    info->swapped = order == FOREIGN && gr_dtype_size(info->dtype) > 1;
    return GR_SUCCESS;
}

static gr_status parse_order(cursor *c, gr_npy_info *info) {
    if (take_word(c, "True")) {
        info->layout = GR_LEFT;
    } else if (take_word(c, "False")) {
        info->layout = GR_RIGHT;
    } else {
        return fail_here(c, "True or False");
    }
    return GR_SUCCESS;
}

static gr_status parse_extent(cursor *c, gr_index *extent) {
    const char *start;

    skip_space(c);
    start = c->at;
    *extent = 0;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        if (__builtin_mul_overflow(*extent, 10, extent) ||
            __builtin_add_overflow(*extent, *c->at - '0', extent)) {
            c->at = start;
            return fail_here(c, "an extent of less than 2^63");
        }
        c->at++;
    }
    if (c->at == start) {
        return fail_here(c, "an extent of 0 or more");
    }
    /* as Python 2 wrote its long integers */
    if (c->at < c->end && *c->at == 'L') {
        c->at++;
    }
    return GR_SUCCESS;
}

static gr_status parse_shape(cursor *c, gr_npy_info *info) {
    bool comma = true;

    if (!take(c, '(')) {
        return fail_here(c, "a tuple of extents");
    }
    info->rank = 0;
    while (!take(c, ')')) {
        gr_index extent;

        if (!comma) {
            return fail_here(c, "\",\" or \")\"");
        }
        GR_TRY(parse_extent(c, &extent));
        if (info->rank == GR_MAX_RANK) {
            return gr_impl_raise(GR_UNSUPPORTED, c->source->place,
                                 "rank of \"%s\" = more than %d, expected 0..%d", c->source->path,
                                 GR_MAX_RANK, GR_MAX_RANK);
        }
        info->extent[info->rank++] = extent;
        comma = take(c, ',');
    }
    if (info->rank == 1 && !comma) {
        return fail_here(c, "a tuple of extents, which (n) without a comma is not");
    }
    return GR_SUCCESS;
}

static gr_status measure(const npy_source *source, gr_npy_info *info) {
    const size_t item = gr_dtype_size(info->dtype);
    bool fits = true, empty = false;
    size_t bytes = item;

    for (int d = 0; d < info->rank; d++) {
        if (info->extent[d] == 0) {
            empty = true;
        } else {
            fits = fits && !__builtin_mul_overflow(bytes, (size_t)info->extent[d], &bytes);
        }
    }
    if (!fits || bytes > (size_t)PTRDIFF_MAX - info->data_offset) {
        char shape[SHAPE_TEXT];

        return gr_impl_raise(GR_BAD_FILE, source->place,
                             "shape of \"%s\" = %s of %zu bytes each, expected at most %td bytes "
                             "together",
                             source->path, handle_shape_text(shape, info->extent, info->rank), item,
                             PTRDIFF_MAX);
    }
    info->data_bytes = empty ? 0 : bytes;
    return GR_SUCCESS;
}

gr_status npy_header_prefix(const npy_source *source, const char *bytes, size_t size, size_t *begin,
                            gr_npy_info *info) {
    const unsigned char *u = (const unsigned char *)bytes;
    size_t length;

    if (size < MAGIC_BYTES + 2 || memcmp(bytes, MAGIC, MAGIC_BYTES) != 0) {
        char text[QUOTED_MOST + 4];
        const text_span start = {bytes, size < MAGIC_BYTES ? size : MAGIC_BYTES};

        return gr_impl_raise(
            GR_BAD_FILE, source->place,
            "first bytes of \"%s\" = \"%s\" (%zu bytes), expected \\x93NUMPY and a "
            "version",
            source->path, quote(text, start), size);
    }
    if (u[6] < 1 || u[6] > 3 || u[7] != 0) {
        return gr_impl_raise(GR_BAD_FILE, source->place,
                             "version of \"%s\" = %d.%d, expected 1.0, 2.0 or 3.0", source->path,
                             u[6], u[7]);
    }
    info->version = u[6];
    *begin = info->version == 1 ? 10 : 12;
    if (size < *begin) {
        return gr_impl_raise(GR_BAD_FILE, source->place,
                             "size of \"%s\" = %zu bytes, expected %zu and a header", source->path,
                             size, *begin);
    }
    length = (size_t)u[8] + 256 * (size_t)u[9];
    if (info->version > 1) {
        length += 65536 * ((size_t)u[10] + 256 * (size_t)u[11]);
    }
    if (length > NPY_HEADER_MOST) {
        return gr_impl_raise(GR_BAD_FILE, source->place,
                             "header length of \"%s\" = %zu bytes, expected at most %d",
                             source->path, length, NPY_HEADER_MOST);
    }
    info->data_offset = *begin + length;
    return GR_SUCCESS;
}

gr_status npy_header_parse(const npy_source *source, const char *text, size_t length,
                           gr_npy_info *info) {
    static const char *const key_name[] = {"descr", "fortran_order", "shape"};
    static gr_status (*const parse[])(cursor * c, gr_npy_info * info) = {parse_descr, parse_order,
                                                                         parse_shape};
    cursor c = {source, text, text, text + length};
    bool seen[3] = {false, false, false};
    bool comma = true;

    if (!take(&c, '{')) {
        return fail_here(&c, "a dictionary");
    }
    while (!take(&c, '}')) {
        text_span name;
        int key = 0;

        if (!comma) {
            return fail_here(&c, "\",\" or \"}\"");
        }
        GR_TRY(parse_string(&c, &name));
        while (key < 3 && !is_word(name, key_name[key])) {
            key++;
        }
        if (key == 3 || seen[key]) {
            c.at = name.at;
            return fail_here(&c, "the keys descr, fortran_order and shape, each once");
        }
        seen[key] = true;
        if (!take(&c, ':')) {
            return fail_here(&c, "\":\"");
        }
        GR_TRY(parse[key](&c, info));
        comma = take(&c, ',');
    }
    skip_space(&c);
    if (c.at < c.end) {
        return fail_here(&c, "spaces and the end of the line");
    }
    for (int key = 0; key < 3; key++) {
        if (!seen[key]) {
            return gr_impl_raise(GR_BAD_FILE, source->place,
                                 "header of \"%s\" = without the key %s, expected descr, "
                                 "fortran_order and shape",
                                 source->path, key_name[key]);
        }
    }
    return measure(source, info);
}

/* ---- writing ---- */

static int digits(gr_index n) {
    return snprintf(NULL, 0, "%td", n);
}

size_t npy_header_format(char out[NPY_WRITTEN_MOST], const gr_npy_info *info) {
    char shape[SHAPE_TEXT];
    const bool left = info->layout == GR_LEFT;
    const char order = gr_dtype_size(info->dtype) == 1 ? '|' : (char)NATIVE;
    char *text = out + 10;
    size_t length, total;

    length = (size_t)snprintf(text, NPY_WRITTEN_MOST - 10,
                              "{'descr': '%c%s', 'fortran_order': %s, 'shape': %s, }", order,
                              descr_code[info->dtype], left ? "True" : "False",
                              handle_shape_text(shape, info->extent, info->rank));
    if (info->rank > 0) {
        /* room to grow the slowest extent in place */
        const int spaces = GROWTH_DIGITS - digits(info->extent[left ? info->rank - 1 : 0]);

        memset(text + length, ' ', (size_t)spaces);
        length += (size_t)spaces;
    }
    /* NumPy adds a whole line where none is needed */
    total = (10 + length + 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
    memset(text + length, ' ', total - 10 - length);
    out[total - 1] = '\n';
    memcpy(out, MAGIC "\x01\x00", 8);
    out[8] = (char)((total - 10) % 256);
    out[9] = (char)((total - 10) / 256);
    return total;
}
