/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_initialize_settings.c
 * @brief Settings from struct, environment and command line. Oracle: initialize.h, by hand.
 */
#include "support/capture.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/parameterized.h>
#include <granum/impl/backend.h>
#include <granum/initialize.h>
#include <granum/memory.h>
#include <stdlib.h>
#include <string.h>

/* What "all" means: modes that look at kernels need a checked build. */
#if defined(GRANUM_TEST_RACE)
#define ALL_WORDS (GR_DEBUG_ALL & ~GR_DEBUG_OVERFLOW)
#elif defined(GRANUM_CHECKED) && GRANUM_CHECKED
#define ALL_WORDS (GR_DEBUG_ALL & ~(GR_DEBUG_OVERFLOW | GR_DEBUG_RACE | GR_DEBUG_UNINIT))
#else
#define ALL_WORDS \
    (GR_DEBUG_SYNC | GR_DEBUG_ERRORS | GR_DEBUG_MEMORY | GR_DEBUG_CRASH | GR_DEBUG_EACH)
#endif

static void forget_environment(void) {
    unsetenv("GRANUM_NUM_THREADS");
    unsetenv("GRANUM_DEBUG");
    unsetenv("GRANUM_PRINT_CONFIGURATION");
}

TestSuite(settings, .init = forget_environment, .timeout = 60);

/* Split at blanks and initialise; argv[0] is "program". */
enum { MOST_ARGUMENTS = 16 };
typedef struct command {
    char text[400];
    char *argv[MOST_ARGUMENTS];
    int argc;
} command;

static gr_status initialize_with(command *c, const char *line, const gr_settings *settings) {
    char *word;

    snprintf(c->text, sizeof c->text, "program %s", line);
    c->argc = 0;
    for (word = strtok(c->text, " "); word; word = strtok(NULL, " ")) {
        c->argv[c->argc++] = word;
    }
    c->argv[c->argc] = NULL;
    return gr_initialize_args(&c->argc, c->argv, settings);
}

static const char *joined(const command *c) {
    static char text[400];
    size_t length = 0;
    int i;

    text[0] = '\0';
    for (i = 1; i < c->argc; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i > 1 ? " " : "",
                                   c->argv[i]);
    }
    return c->argv[c->argc] ? "(not terminated)" : text;
}

/* examples: where a value comes from */

Test(settings, the_stronger_source_wins) {
    const gr_settings settings = {
        .num_threads = 3, .debug = GR_DEBUG_ERRORS, .print_configuration = false};
    static command c;

    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 3));
    cr_assert(eq(int, (int)gr_impl_debug(), GR_DEBUG_ERRORS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));

    setenv("GRANUM_NUM_THREADS", "2", 1);
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 2));
    cr_assert(eq(int, (int)gr_impl_debug(), GR_DEBUG_ERRORS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));

    cr_assert(eq(int, (int)initialize_with(&c, "--granum-num-threads=1", &settings), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 1));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_impl_debug(), GR_DEBUG_NONE));
}

Test(settings, first_use_reads_the_environment) {
    setenv("GRANUM_NUM_THREADS", "3", 1);
    setenv("GRANUM_DEBUG", "errors", 1);
    cr_assert(eq(int, (int)gr_impl_ensure_initialized(), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 3));
    cr_assert(eq(int, (int)gr_impl_debug(), GR_DEBUG_ERRORS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(settings, a_call_after_first_use_may_change_the_threads) {
    const gr_settings settings = {
        .num_threads = 3, .debug = GR_DEBUG_NONE, .print_configuration = false};

    setenv("GRANUM_NUM_THREADS", "2", 1);
    cr_assert(eq(int, (int)gr_impl_ensure_initialized(), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 2));
    unsetenv("GRANUM_NUM_THREADS");
    cr_assert(eq(int, (int)gr_initialize(&settings), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 3));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(settings, a_nested_struct_changes_nothing_and_a_nested_command_must_agree) {
    const gr_settings outer = {
        .num_threads = 2, .debug = GR_DEBUG_NONE, .print_configuration = false};
    const gr_settings inner = {
        .num_threads = 3, .debug = GR_DEBUG_ERRORS | GR_DEBUG_SYNC, .print_configuration = false};
    static command c;

    cr_assert(eq(int, (int)gr_initialize(&outer), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_initialize(&inner), GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 2));
    cr_assert(eq(int, (int)gr_impl_debug(), GR_DEBUG_NONE));
    cr_assert(eq(int, (int)initialize_with(&c, "--granum-num-threads=2 a", NULL), GR_SUCCESS));
    cr_assert_str_eq(joined(&c), "a");
    cr_assert(eq(int, (int)initialize_with(&c, "--granum-num-threads=1 a", NULL), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message,
                     "--granum-num-threads = 1, expected 2: granum is in use already, with that "
                     "many");
    cr_assert_str_eq(joined(&c), "--granum-num-threads=1 a");
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    cr_assert(not(gr_is_initialized()));
}

/* examples: good values */

typedef struct good_value {
    char variable[32];
    char text[32];
    int threads; /* 0: not looked at */
    unsigned debug;
} good_value;

ParameterizedTestParameters(settings, good_values) {
    static good_value values[] = {
        {"GRANUM_NUM_THREADS", "1", 1, 0},
        {"GRANUM_NUM_THREADS", "4", 4, 0},
        {"GRANUM_NUM_THREADS", "", 0, 0},
        {"GRANUM_DEBUG", "", 0, GR_DEBUG_NONE},
        {"GRANUM_DEBUG", "none", 0, GR_DEBUG_NONE},
        {"GRANUM_DEBUG", "sync", 0, GR_DEBUG_SYNC},
        {"GRANUM_DEBUG", "errors,sync", 0, GR_DEBUG_SYNC | GR_DEBUG_ERRORS},
        {"GRANUM_DEBUG", "ERRORS,Sync,errors", 0, GR_DEBUG_SYNC | GR_DEBUG_ERRORS},
        {"GRANUM_DEBUG", "all", 0, ALL_WORDS},
        {"GRANUM_DEBUG", "none,memory", 0, GR_DEBUG_MEMORY},
        {"GRANUM_PRINT_CONFIGURATION", "0", 0, 0},
        {"GRANUM_PRINT_CONFIGURATION", "Off", 0, 0},
        {"GRANUM_BACKENDS", "serial", 0, 0}, /* the build's variables are none of ours */
    };
    return cr_make_param_array(good_value, values, sizeof values / sizeof values[0]);
}

ParameterizedTest(good_value *value, settings, good_values) {
    setenv(value->variable, value->text, 1);
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS), "%s: %s", value->variable,
              gr_last_error()->message);
    if (value->threads > 0) {
        cr_assert(eq(int, gr_impl_num_threads(), value->threads));
    }
    cr_assert(eq(uint, gr_impl_debug(), value->debug), "%s", value->text);
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

/* examples: bad input, each by its message */

#define WORDS                                                                            \
    "expected sync, errors, memory, crash, nan, poison, order, bounds, overflow, race, " \
    "uninit, each, all or none, separated by commas"
#define BOOLEANS "expected 0 or 1 (or no, yes, off, on, false, true)"

typedef struct bad_value {
    char variable[32];
    char text[32];
    char message[260];
} bad_value;

ParameterizedTestParameters(settings, bad_values_in_the_environment) {
    static bad_value values[] = {
        {"GRANUM_NUM_THREADS", "0",
         "GRANUM_NUM_THREADS = \"0\", expected a number of threads, 1..4096"},
        {"GRANUM_NUM_THREADS", "-2",
         "GRANUM_NUM_THREADS = \"-2\", expected a number of threads, 1..4096"},
        {"GRANUM_NUM_THREADS", "4097",
         "GRANUM_NUM_THREADS = \"4097\", expected a number of threads, 1..4096"},
        {"GRANUM_NUM_THREADS", "two",
         "GRANUM_NUM_THREADS = \"two\", expected a number of threads, 1..4096"},
        {"GRANUM_NUM_THREADS", "2x",
         "GRANUM_NUM_THREADS = \"2x\", expected a number of threads, 1..4096"},
        {"GRANUM_NUM_THREADS", " ",
         "GRANUM_NUM_THREADS = \" \", expected a number of threads, 1..4096"},
        {"GRANUM_NUM_THREADS", "99999999999999999999",
         "GRANUM_NUM_THREADS = \"99999999999999999999\", expected a number of threads, 1..4096"},
        {"GRANUM_DEBUG", "synk",
         "GRANUM_DEBUG = \"synk\", " WORDS "; instead of \"synk\" perhaps \"sync\""},
        {"GRANUM_DEBUG", "sync,eror",
         "GRANUM_DEBUG = \"sync,eror\", " WORDS "; instead of \"eror\" perhaps \"errors\""},
        {"GRANUM_DEBUG", "memories,sync",
         "GRANUM_DEBUG = \"memories,sync\", " WORDS "; instead of \"memories\" perhaps \"memory\""},
        {"GRANUM_DEBUG", "nine",
         "GRANUM_DEBUG = \"nine\", " WORDS "; instead of \"nine\" perhaps \"none\""},
        {"GRANUM_PRINT_CONFIGURATION", "maybe",
         "GRANUM_PRINT_CONFIGURATION = \"maybe\", " BOOLEANS},
        {"GRANUM_PRINT_CONFIGURATION", "2", "GRANUM_PRINT_CONFIGURATION = \"2\", " BOOLEANS},
        {"GRANUM_NUM_THREAD", "2",
         "environment variable = \"GRANUM_NUM_THREAD\", expected \"GRANUM_NUM_THREADS\""},
        {"GRANUM_DEBUGS", "",
         "environment variable = \"GRANUM_DEBUGS\", expected \"GRANUM_DEBUG\""},
        {"GRANUM_num_threads", "2",
         "environment variable = \"GRANUM_num_threads\", expected \"GRANUM_NUM_THREADS\""},
    };
    return cr_make_param_array(bad_value, values, sizeof values / sizeof values[0]);
}

ParameterizedTest(bad_value *value, settings, bad_values_in_the_environment) {
    double *p;

    setenv(value->variable, value->text, 1);
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_INVALID_ARG), "%s", value->text);
    cr_assert_str_eq(gr_last_error()->message, value->message);
    cr_assert(not(gr_is_initialized()));

    /* first use: answered once, recorded for launches, then the defaults hold */
    gr_error_clear();
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "p", 8), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message, value->message);
    cr_assert(eq(int, (int)gr_fence(), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message, value->message);
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "p", 8), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));

    unsetenv(value->variable);
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

typedef struct bad_line {
    char line[100];
    char message[240];
} bad_line;

#define NO_OPTION(written, nearest)                                                               \
    "argument = \"" written "\", expected an option that --granum-help lists, perhaps \"" nearest \
    "\""

ParameterizedTestParameters(settings, bad_command_lines) {
    static bad_line lines[] = {
        {"--granum-num-thread=4", NO_OPTION("--granum-num-thread=4", "--granum-num-threads")},
        {"--granum-threads=4", NO_OPTION("--granum-threads=4", "--granum-num-threads")},
        {"a --granum-num_threads=4", NO_OPTION("--granum-num_threads=4", "--granum-num-threads")},
        {"--granum-debbug=sync", NO_OPTION("--granum-debbug=sync", "--granum-debug")},
        {"--granum-print-config",
         NO_OPTION("--granum-print-config", "--granum-print-configuration")},
        {"--granum-halp", NO_OPTION("--granum-halp", "--granum-help")},
        {"--granum-help=1", NO_OPTION("--granum-help=1", "--granum-help")},
        {"--granum-", NO_OPTION("--granum-", "--granum-help")},
        {"--granum-print-configuration-of-everything-there-is-to-print",
         NO_OPTION("--granum-print-configuration-of-everything-there-is-to-print",
                   "--granum-print-configuration")},
        {"--granum-num-threads",
         "argument = \"--granum-num-threads\", expected \"--granum-num-threads=N\""},
        {"--granum-debug b", "argument = \"--granum-debug\", expected \"--granum-debug=WORD,...\""},
        {"--granum-num-threads=",
         "--granum-num-threads = \"\", expected a number of threads, 1..4096"},
        {"--granum-num-threads=many",
         "--granum-num-threads = \"many\", expected a number of threads, 1..4096"},
        {"--granum-debug=", "--granum-debug = \"\", " WORDS "; instead of \"\" perhaps \"nan\""},
        {"--granum-debug=sink",
         "--granum-debug = \"sink\", " WORDS "; instead of \"sink\" perhaps \"sync\""},
        {"--granum-print-configuration=x", "--granum-print-configuration = \"x\", " BOOLEANS},
    };
    return cr_make_param_array(bad_line, lines, sizeof lines / sizeof lines[0]);
}

ParameterizedTest(bad_line *bad, settings, bad_command_lines) {
    static command c;

    cr_assert(eq(int, (int)initialize_with(&c, bad->line, NULL), GR_INVALID_ARG), "%s", bad->line);
    cr_assert_str_eq(gr_last_error()->message, bad->message);
    cr_assert_str_eq(joined(&c), bad->line);
    cr_assert(not(gr_is_initialized()));
    cr_assert(eq(int, (int)gr_initialize(NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(settings, a_bad_struct_is_refused) {
    const gr_settings negative = {.num_threads = -1, .debug = 0, .print_configuration = false};
    const gr_settings many = {
        .num_threads = GR_MAX_THREADS + 1, .debug = 0, .print_configuration = false};
    const gr_settings bits = {.num_threads = 0, .debug = 4096, .print_configuration = false};

    cr_assert(eq(int, (int)gr_initialize(&negative), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message,
                     "settings.num_threads = -1, expected 0 (as many as the process may run on) or "
                     "1..4096");
    cr_assert(eq(int, (int)gr_initialize(&many), GR_INVALID_ARG));
    cr_assert(strstr(gr_last_error()->message, "num_threads = 4097, expected") != NULL);
    cr_assert(eq(int, (int)gr_initialize(&bits), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message,
                     "settings.debug = 4096, expected a sum of gr_debug bits, 0..4095");
    cr_assert(not(gr_is_initialized()));
}

Test(settings, half_a_command_line_is_refused) {
    char program[] = "program";
    char *argv[] = {program, NULL};
    int argc = 1;

    cr_assert(eq(int, (int)gr_initialize_args(&argc, NULL, NULL), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message,
                     "argv = NULL, expected both argc and argv or neither");
    cr_assert(eq(int, (int)gr_initialize_args(NULL, argv, NULL), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message,
                     "argc = NULL, expected both argc and argv or neither");
    cr_assert(eq(int, (int)gr_initialize_args(NULL, NULL, NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(settings, an_empty_command_line_is_none) {
    char *argv[] = {NULL};
    int argc = 0;

    cr_assert(eq(int, (int)gr_initialize_args(&argc, argv, NULL), GR_SUCCESS));
    cr_assert(eq(int, argc, 0));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

/* examples: what stays in argv */

typedef struct consumed {
    char before[120];
    char after[120];
} consumed;

ParameterizedTestParameters(settings, options_are_taken_out_of_argv) {
    static consumed lines[] = {
        {"", ""},
        {"a -b --c", "a -b --c"},
        {"--granum-num-threads=2", ""},
        {"a --granum-num-threads=2 b --granum-debug=none c", "a b c"},
        {"--granum-num-threads=1 --granum-num-threads=2", ""},
        {"a -- --granum-num-threads=x b", "a -- --granum-num-threads=x b"},
        {"--granum-debug=none -- --granum-wrong", "-- --granum-wrong"},
        {"--granum-print-configuration=no --granum a-granum-b", "--granum a-granum-b"},
    };
    return cr_make_param_array(consumed, lines, sizeof lines / sizeof lines[0]);
}

ParameterizedTest(consumed *line, settings, options_are_taken_out_of_argv) {
    static command c;

    cr_assert(eq(int, (int)initialize_with(&c, line->before, NULL), GR_SUCCESS), "%s",
              gr_last_error()->message);
    cr_assert_str_eq(joined(&c), line->after);
    cr_assert_str_eq(c.argv[0], "program");
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(settings, of_two_options_the_last_one_holds) {
    static command c;

    cr_assert(eq(int,
                 (int)initialize_with(&c, "--granum-num-threads=1 --granum-num-threads=3", NULL),
                 GR_SUCCESS));
    cr_assert(eq(int, gr_impl_num_threads(), 3));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

/* what is printed */

Test(settings, help_names_every_option_variable_and_word) {
    static const char *const names[] = {"--granum-num-threads=N",
                                        "GRANUM_NUM_THREADS",
                                        "--granum-debug=WORD,...",
                                        "GRANUM_DEBUG",
                                        "sync",
                                        "errors",
                                        "memory",
                                        "--granum-help",
                                        "--granum-print-configuration=BOOL",
                                        "GRANUM_PRINT_CONFIGURATION"};
    static capture printed;
    static command c;
    size_t i;

    capture_begin(&printed, stdout);
    cr_assert(eq(int, (int)initialize_with(&c, "--granum-help a", NULL), GR_SUCCESS));
    capture_end(&printed);
    cr_assert_str_eq(joined(&c), "a");
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        cr_assert(strstr(printed.text, names[i]) != NULL, "%s in %s", names[i], printed.text);
    }
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(settings, configuration_says_what_is_set_and_by_whom) {
    static const char *const lines[] = {"granum 0.1.0\n",
                                        "  backends      ",
                                        " (default)",
                                        "  threads       3 (environment)\n",
                                        "  debug         sync errors (command line)\n",
                                        "  compiler      ",
                                        "  build         ",
                                        "  kernel flags  ",
                                        "  checked       ",
                                        "  memory        host: 64 bytes in use, "};
    static capture printed;
    static command c;
    double *p;
    size_t i;

    setenv("GRANUM_NUM_THREADS", "3", 1);
    cr_assert(eq(int, (int)initialize_with(&c, "--granum-debug=sync,errors", NULL), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_malloc(&p, GR_HOST, "p", 64), GR_SUCCESS));
    capture_begin(&printed, stdout);
    cr_assert(eq(int, (int)gr_print_configuration(stdout), GR_SUCCESS));
    capture_end(&printed);
    for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        cr_assert(strstr(printed.text, lines[i]) != NULL, "%s in %s", lines[i], printed.text);
    }
    cr_assert(eq(int, (int)gr_free(p), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

typedef struct asked {
    char variable[8];
    char line[48];
    int by_struct;
    int is_printed;
} asked;

ParameterizedTestParameters(settings, configuration_is_printed_on_demand) {
    static asked ways[] = {
        {"", "", 0, 0},
        {"", "", 1, 1},
        {"1", "", 0, 1},
        {"0", "", 1, 0},
        {"", "--granum-print-configuration", 0, 1},
        {"yes", "--granum-print-configuration=0", 0, 0},
    };
    return cr_make_param_array(asked, ways, sizeof ways / sizeof ways[0]);
}

ParameterizedTest(asked *way, settings, configuration_is_printed_on_demand) {
    const gr_settings settings = {
        .num_threads = 0, .debug = 0, .print_configuration = way->by_struct != 0};
    static capture printed;
    static command c;

    setenv("GRANUM_PRINT_CONFIGURATION", way->variable, 1);
    capture_begin(&printed, stderr);
    cr_assert(eq(int, (int)initialize_with(&c, way->line, &settings), GR_SUCCESS));
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
    capture_end(&printed);
    cr_assert(eq(int, strncmp(printed.text, "granum ", 7) == 0, way->is_printed), "%s",
              printed.text);
}

Test(settings, first_use_prints_the_configuration_too) {
    static capture printed;

    setenv("GRANUM_PRINT_CONFIGURATION", "1", 1);
    capture_begin(&printed, stderr);
    cr_assert(eq(int, (int)gr_impl_ensure_initialized(), GR_SUCCESS));
    capture_end(&printed);
    cr_assert(strstr(printed.text, "  threads ") != NULL);
    cr_assert(eq(int, (int)gr_finalize(), GR_SUCCESS));
}

Test(settings, a_stream_that_refuses_is_an_error) {
    FILE *full = fopen("/dev/full", "w");

    cr_assert(eq(int, (int)gr_print_configuration(NULL), GR_INVALID_ARG));
    cr_assert_str_eq(gr_last_error()->message, "out = NULL, expected a stream");
    cr_assert(full != NULL);
    cr_assert(eq(int, (int)gr_print_configuration(full), GR_IO));
    cr_assert_str_eq(gr_last_error()->message,
                     "writing the configuration failed, expected a stream that takes it");
    fclose(full);
}
