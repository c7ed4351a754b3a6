/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file settings.c
 * @brief Settings from struct, environment and command line, and what is wrong with them.
 */
#include "lifecycle.h"

#include <granum/impl/arguments.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Of all vendors together. */
#define GR_IMPL_MOST_DEVICE 255
#define OPTION_PREFIX "--granum-"
#define OPTION_HELP "--granum-help"
#define OPTION_TOOLS_HELP "--granum-tools-help"
#define KOKKOS_TOOLS_HELP "--kokkos-tools-help"
#define VARIABLE_PREFIX "GRANUM_"

extern char **environ;

unsigned gr_impl_debug_elsewhere;

static const struct {
    const char *variable;
    const char *option;
    const char *value;
    const char *what;
} names[GR_IMPL_SETTINGS] = {
#define NAMES(field, variable, option, value, what) {variable, option, value, what},
    GR_IMPL_SETTING_LIST(NAMES)
#undef NAMES
};

/* Names under which Kokkos knows some of them; ours are stronger. */
static const struct {
    gr_impl_setting setting;
    const char *variable;
    const char *option;
} aliases[] = {
    {GR_IMPL_SETTING_tools_libs, "KOKKOS_TOOLS_LIBS", "--kokkos-tools-libs"},
    {GR_IMPL_SETTING_tools_args, "KOKKOS_TOOLS_ARGS", "--kokkos-tools-args"},
};
enum { ALIASES = sizeof aliases / sizeof aliases[0] };

#ifndef GRANUM_CHECKED
#define GRANUM_CHECKED 0
#endif
#ifndef GRANUM_RACE
#define GRANUM_RACE 0
#endif
/* Debug modes that look at kernels need builds of their own. */
#define PLAIN_WORDS \
    (GR_DEBUG_SYNC | GR_DEBUG_ERRORS | GR_DEBUG_MEMORY | GR_DEBUG_CRASH | GR_DEBUG_EACH)
#define CHECKED_WORDS (GR_DEBUG_NAN | GR_DEBUG_POISON | GR_DEBUG_ORDER | GR_DEBUG_BOUNDS)
#define INSTRUMENTED_WORDS (GR_DEBUG_RACE | GR_DEBUG_UNINIT)
#define ALL_WORDS                                                              \
    ((unsigned)PLAIN_WORDS | (GRANUM_CHECKED ? (unsigned)CHECKED_WORDS : 0u) | \
     (GRANUM_RACE ? (unsigned)INSTRUMENTED_WORDS : 0u))

static const struct {
    const char *name;
    unsigned bit;
    const char *what;
} debug_words[] = {
#define WORD(word, name, bit, what) {#name, GR_DEBUG_##word, what},
    GR_DEBUG_LIST(WORD)
#undef WORD
        {"all", ALL_WORDS, "all of these that this build has"},
    {"none", GR_DEBUG_NONE, "nothing"},
};
enum { DEBUG_WORDS = sizeof debug_words / sizeof debug_words[0] };

/* What was written of a name longer than any of ours cannot make it nearer. */
enum { LONGEST_NAME = 48 };
#define NAMES_FIT(field, variable, option, value, what)                              \
    _Static_assert(sizeof variable <= LONGEST_NAME && sizeof option <= LONGEST_NAME, \
                   #field " has a name that edit_distance has no room for");
GR_IMPL_SETTING_LIST(NAMES_FIT)
#undef NAMES_FIT

/* Single-character edits from what was written to a name of ours, upper and lower case alike
   (Wagner & Fischer 1974, doi:10.1145/321796.321811). */
int gr_impl_edit_distance(const char *a, size_t a_length, const char *b) {
    int row[LONGEST_NAME + 1];
    const size_t b_length = strlen(b);
    size_t i;
    size_t j;

    if (a_length > LONGEST_NAME) {
        a_length = LONGEST_NAME;
    }
    for (j = 0; j <= b_length; j++) {
        row[j] = (int)j;
    }
    for (i = 1; i <= a_length; i++) {
        int diagonal = row[0];

        row[0] = (int)i;
        for (j = 1; j <= b_length; j++) {
            const int changed = diagonal + (strncasecmp(a + i - 1, b + j - 1, 1) != 0);
            const int shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

            diagonal = row[j];
            row[j] = changed < shorter ? changed : shorter;
        }
    }
    return row[b_length];
}

static gr_status parse_num_threads(const char *name, const char *text, gr_settings *settings) {
    char *end;
    long number;

    errno = 0;
    number = strtol(text, &end, 10);
    GR_REQUIRE(end != text && *end == '\0' && errno == 0 && number >= 1 && number <= GR_MAX_THREADS,
               GR_INVALID_ARG, "%s = \"%s\", expected a number of threads, 1..%d", name, text,
               GR_MAX_THREADS);
    settings->num_threads = (int)number;
    return GR_SUCCESS;
}

static gr_status parse_device(const char *name, const char *text, gr_settings *settings) {
    char *end;
    long number;

    errno = 0;
    number = strtol(text, &end, 10);
    GR_REQUIRE(end != text && *end == '\0' && errno == 0 && number >= 0 &&
                   number <= GR_IMPL_MOST_DEVICE,
               GR_INVALID_ARG, "%s = \"%s\", expected the number of a device, 0..%d", name, text,
               GR_IMPL_MOST_DEVICE);
    settings->device = (int)number;
    return GR_SUCCESS;
}

static gr_status raise_unknown_word(const char *name, const char *text, const char *word,
                                    int length) {
    int nearest = 0;
    int least = LONGEST_NAME;
    int i;

    for (i = 0; i < DEBUG_WORDS; i++) {
        const int distance = gr_impl_edit_distance(word, (size_t)length, debug_words[i].name);

        if (distance < least) {
            least = distance;
            nearest = i;
        }
    }
#define WORD_LISTED(word, name, bit, what) #name ", "
    return GR_RAISE(
        GR_INVALID_ARG,
        "%s = \"%s\", expected " GR_DEBUG_LIST(
            WORD_LISTED) "all or none, separated by commas; instead of \"%.*s\" perhaps \"%s\"",
        name, text, length, word, debug_words[nearest].name);
#undef WORD_LISTED
}

static unsigned served; /* by the process's kernels */

void gr_impl_debug_serve(unsigned modes) {
    served |= modes;
}

unsigned gr_impl_debug_of_build(void) {
    return ALL_WORDS | served;
}

/* Whether this build has the modes that are asked for. */
static gr_status check_debug(const char *name, unsigned debug) {
    const unsigned mine = debug & ~gr_impl_debug_elsewhere & ~served;

    GR_REQUIRE(GRANUM_RACE || (mine & INSTRUMENTED_WORDS) == 0, GR_UNSUPPORTED,
               "%s = %s, expected a build with instrumented kernels "
               "(cmake -DGRANUM_CHECKED=race)",
               name, mine & GR_DEBUG_RACE ? "race" : "uninit");
    GR_REQUIRE((mine & GR_DEBUG_OVERFLOW) == 0, GR_UNSUPPORTED,
               "%s = overflow, expected kernels that are written in Python", name);
    GR_REQUIRE(GRANUM_CHECKED || (mine & CHECKED_WORDS) == 0, GR_UNSUPPORTED,
               "%s = %s, expected sync, errors, memory, crash or each, or a checked build "
               "(cmake -DGRANUM_CHECKED=ON), which has the rest",
               name,
               mine & GR_DEBUG_NAN      ? "nan"
               : mine & GR_DEBUG_POISON ? "poison"
               : mine & GR_DEBUG_ORDER  ? "order"
                                        : "bounds");
    return GR_SUCCESS;
}

static gr_status parse_debug(const char *name, const char *text, gr_settings *settings) {
    const char *word = text;
    unsigned debug = 0;

    for (;;) {
        const size_t length = strcspn(word, ",");
        int i;

        for (i = 0; i < DEBUG_WORDS; i++) {
            if (strlen(debug_words[i].name) == length &&
                strncasecmp(debug_words[i].name, word, length) == 0) {
                break;
            }
        }
        if (i == DEBUG_WORDS) {
            return raise_unknown_word(name, text, word, (int)length);
        }
        debug |= debug_words[i].bit;
        if (word[length] == '\0') {
            GR_TRY(check_debug(name, debug));
            settings->debug = debug;
            return GR_SUCCESS;
        }
        word += length + 1;
    }
}

static gr_status parse_bool(const char *name, const char *text, bool *value) {
    static const char *const words[2][4] = {{"0", "no", "off", "false"},
                                            {"1", "yes", "on", "true"}};
    int i;

    for (i = 0; i < 8; i++) {
        if (strcasecmp(text, words[i % 2][i / 2]) == 0) {
            *value = i % 2;
            return GR_SUCCESS;
        }
    }
    return GR_RAISE(GR_INVALID_ARG,
                    "%s = \"%s\", expected 0 or 1 (or no, yes, off, on, false, true)", name, text);
}

static gr_status parse_trace_kernels(const char *name, const char *text, gr_settings *settings) {
    return parse_bool(name, text, &settings->trace_kernels);
}

static gr_status parse_print_configuration(const char *name, const char *text,
                                           gr_settings *settings) {
    return parse_bool(name, text, &settings->print_configuration);
}

/* Texts are looked at when the tools are loaded. */
#define PARSE_TEXT(field)                                                                       \
    static gr_status parse_##field(const char *name, const char *text, gr_settings *settings) { \
        (void)name;                                                                             \
        settings->field = text;                                                                 \
        return GR_SUCCESS;                                                                      \
    }
PARSE_TEXT(tools)
PARSE_TEXT(tools_libs)
PARSE_TEXT(tools_args)

/* Parse a value that was given under this name. */
static gr_status parse(gr_impl_configuration *configuration, gr_impl_setting setting,
                       const char *name, const char *text, const char *source) {
    static gr_status (*const parsers[GR_IMPL_SETTINGS])(const char *, const char *,
                                                        gr_settings *) = {
#define PARSER(field, variable, option, value, what) parse_##field,
        GR_IMPL_SETTING_LIST(PARSER)
#undef PARSER
    };

    GR_TRY(parsers[setting](name, text, &configuration->settings));
    configuration->source[setting] = source;
    return GR_SUCCESS;
}

gr_impl_configuration gr_impl_configuration_default(void) {
    gr_impl_configuration configuration = {
        {0, 0, false, false, NULL, NULL, NULL, 0}, {NULL}, false, false};

    for (int i = 0; i < GR_IMPL_SETTINGS; i++) {
        configuration.source[i] = "default";
    }
    return configuration;
}

static gr_status read_struct(gr_impl_configuration *configuration, const gr_settings *settings) {
    GR_REQUIRE(settings->num_threads >= 0 && settings->num_threads <= GR_MAX_THREADS,
               GR_INVALID_ARG,
               "settings.num_threads = %d, expected 0 (as many as the process may run on) or 1..%d",
               settings->num_threads, GR_MAX_THREADS);
    GR_REQUIRE(settings->device >= 0 && settings->device <= GR_IMPL_MOST_DEVICE, GR_INVALID_ARG,
               "settings.device = %d, expected 0..%d", settings->device, GR_IMPL_MOST_DEVICE);
    GR_REQUIRE((settings->debug & ~(unsigned)GR_DEBUG_ALL) == 0, GR_INVALID_ARG,
               "settings.debug = %u, expected a sum of gr_debug bits, 0..%u", settings->debug,
               (unsigned)GR_DEBUG_ALL);
    GR_TRY(check_debug("settings.debug", settings->debug));
    configuration->settings = *settings;
    if (settings->num_threads != 0) {
        configuration->source[GR_IMPL_SETTING_num_threads] = "struct";
    }
    if (settings->debug != 0) {
        configuration->source[GR_IMPL_SETTING_debug] = "struct";
    }
    if (settings->trace_kernels) {
        configuration->source[GR_IMPL_SETTING_trace_kernels] = "struct";
    }
    if (settings->print_configuration) {
        configuration->source[GR_IMPL_SETTING_print_configuration] = "struct";
    }
    if (settings->device != 0) {
        configuration->source[GR_IMPL_SETTING_device] = "struct";
    }
    if (settings->tools) {
        configuration->source[GR_IMPL_SETTING_tools] = "struct";
    }
    if (settings->tools_libs) {
        configuration->source[GR_IMPL_SETTING_tools_libs] = "struct";
    }
    if (settings->tools_args) {
        configuration->source[GR_IMPL_SETTING_tools_args] = "struct";
    }
    return GR_SUCCESS;
}

/* A GRANUM_* variable that we do not know may be the build's or another program's; one that is a
   slip of the pen away from ours is meant for us and would be ignored in silence. */
static gr_status reject_slips(void) {
    char **entry;
    int i;

    for (entry = environ; entry && *entry; entry++) {
        const size_t length = strcspn(*entry, "=");

        if (strncmp(*entry, VARIABLE_PREFIX, sizeof VARIABLE_PREFIX - 1) != 0) {
            continue;
        }
        for (i = 0; i < GR_IMPL_SETTINGS; i++) {
            const int distance = gr_impl_edit_distance(*entry, length, names[i].variable);
            const bool is_ours = strlen(names[i].variable) == length &&
                                 strncmp(*entry, names[i].variable, length) == 0;

            GR_REQUIRE(is_ours || distance > 2, GR_INVALID_ARG,
                       "environment variable = \"%.*s\", expected \"%s\"", (int)length, *entry,
                       names[i].variable);
        }
    }
    return GR_SUCCESS;
}

static gr_status read_environment(gr_impl_configuration *configuration) {
    int i;

    for (i = 0; i < ALIASES; i++) {
        const char *text = getenv(aliases[i].variable);

        if (text && text[0] != '\0') {
            GR_TRY(
                parse(configuration, aliases[i].setting, aliases[i].variable, text, "environment"));
        }
    }
    for (i = 0; i < GR_IMPL_SETTINGS; i++) {
        const char *text = getenv(names[i].variable);

        if (text && text[0] != '\0') { /* set to nothing is how shells unset for one command */
            GR_TRY(
                parse(configuration, (gr_impl_setting)i, names[i].variable, text, "environment"));
        }
    }
    return reject_slips();
}

/* Which of Kokkos's options this is; ALIASES: none. */
static int alias_of(const char *argument) {
    const size_t length = strcspn(argument, "=");
    int i = 0;

    while (i < ALIASES && (strlen(aliases[i].option) != length ||
                           strncmp(argument, aliases[i].option, length) != 0)) {
        i++;
    }
    return i;
}

static bool is_option(const char *argument) {
    return argument && (strncmp(argument, OPTION_PREFIX, sizeof OPTION_PREFIX - 1) == 0 ||
                        alias_of(argument) < ALIASES || strcmp(argument, KOKKOS_TOOLS_HELP) == 0);
}

static gr_status raise_unknown_option(const char *argument) {
    const size_t length = strcspn(argument, "=");
    const char *nearest = OPTION_HELP;
    int least = gr_impl_edit_distance(argument, length, OPTION_HELP);
    int i;

    for (i = 0; i < GR_IMPL_SETTINGS; i++) {
        const int distance = gr_impl_edit_distance(argument, length, names[i].option);

        if (distance < least) {
            least = distance;
            nearest = names[i].option;
        }
    }
    return GR_RAISE(GR_INVALID_ARG,
                    "argument = \"%s\", expected an option that " OPTION_HELP
                    " lists, perhaps \"%s\"",
                    argument, nearest);
}

static gr_status read_argument(gr_impl_configuration *configuration, const char *argument) {
    const size_t length = strcspn(argument, "=");
    const char *text = argument[length] ? argument + length + 1 : NULL;
    int i;

    if (strcmp(argument, OPTION_HELP) == 0) {
        configuration->help = true;
        return GR_SUCCESS;
    }
    if (strcmp(argument, OPTION_TOOLS_HELP) == 0 || strcmp(argument, KOKKOS_TOOLS_HELP) == 0) {
        configuration->tools_help = true;
        return GR_SUCCESS;
    }
    i = alias_of(argument);
    if (i < ALIASES) {
        GR_REQUIRE(text, GR_INVALID_ARG, "argument = \"%s\", expected \"%s=%s\"", argument,
                   argument, names[aliases[i].setting].value);
        return parse(configuration, aliases[i].setting, aliases[i].option, text, "command line");
    }
    for (i = 0; i < GR_IMPL_SETTINGS; i++) {
        if (strlen(names[i].option) != length || strncmp(argument, names[i].option, length) != 0) {
            continue;
        }
        if (!text && strcmp(names[i].value, "BOOL") == 0) {
            text = "1";
        }
        GR_REQUIRE(text, GR_INVALID_ARG, "argument = \"%s\", expected \"%s=%s\"", argument,
                   argument, names[i].value);
        return parse(configuration, (gr_impl_setting)i, names[i].option, text, "command line");
    }
    return raise_unknown_option(argument);
}

gr_status gr_impl_configure(gr_impl_configuration *configuration, const gr_settings *settings,
                            int argc, char *const *argv) {
    int i;

    *configuration = gr_impl_configuration_default();
    if (settings) {
        GR_TRY(read_struct(configuration, settings));
    }
    GR_TRY(read_environment(configuration));
    for (i = 1; i < argc && argv[i] && strcmp(argv[i], "--") != 0; i++) {
        if (is_option(argv[i])) {
            GR_TRY(read_argument(configuration, argv[i]));
        }
    }
    return GR_SUCCESS;
}

void gr_impl_arguments_consume(int *argc, char **argv) {
    bool is_past = false; /* the "--" */
    int kept = 1;
    int i;

    for (i = 1; i < *argc; i++) {
        is_past = is_past || !argv[i] || strcmp(argv[i], "--") == 0;
        if (is_past || !is_option(argv[i])) {
            argv[kept++] = argv[i];
        }
    }
    if (kept < *argc) {
        *argc = kept;
        argv[kept] = NULL;
    }
}

void gr_impl_print_help(FILE *out) {
    char option[LONGEST_NAME + 8];
    int i;

    fprintf(out, "granum %s takes these from the command line:\n", gr_version());
    for (i = 0; i < GR_IMPL_SETTINGS; i++) {
        snprintf(option, sizeof option, "%s=%s", names[i].option, names[i].value);
        fprintf(out, "  %-38s %s [%s]\n", option, names[i].what, names[i].variable);
    }
    fprintf(out, "  %-38s print this\n", OPTION_HELP);
    fprintf(out, "  %-38s have the tools say what they take\n", OPTION_TOOLS_HELP);
    fprintf(out, "N is 1..%d, BOOL is 0 or 1 (nothing: 1), WORD is one of\n", GR_MAX_THREADS);
    for (i = 0; i < DEBUG_WORDS; i++) {
        fprintf(out, "  %-8s %s\n", debug_words[i].name, debug_words[i].what);
    }
    fprintf(out,
            "An environment variable in brackets does the same; the command line is stronger.\n"
            "Arguments behind \"--\" are left to the program.\n");
}
