// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace importer {

/// Names, sorted, that a namespace cannot have: C++'s words, Espalier's namespaces, and what C's library and its macros
/// take in the global scope where a program includes their headers.
// clang-format off
inline constexpr std::string_view taken_names[] = {
    "abort", "abs", "access", "acct", "acos", "acosh", "alarm", "alignas", "alignof", "alloca", "and", "and_eq",
    "asctime", "asin", "asinh", "asm", "assert", "atan", "atan2", "atanh", "atexit", "atof", "atoi", "atol",
    "atoll", "auto", "basename", "bcmp", "bcopy", "bitand", "bitor", "bool", "break", "brk", "bsearch", "btowc",
    "bzero", "calloc", "canonicalize", "case", "catch", "cbrt", "ceil", "char", "char16_t", "char32_t",
    "char8_t", "chdir", "chmod", "chown", "chroot", "class", "clearerr", "clock", "clone", "close", "co_await",
    "co_return", "co_yield", "compl", "concept", "confstr", "const", "const_cast", "consteval", "constexpr",
    "constinit", "continue", "copysign", "cos", "cosh", "creat", "crypt", "ctime", "daemon", "daylight",
    "decltype", "default", "delete", "difftime", "div", "do", "double", "dprintf", "drem", "dup",
    "dynamic_cast", "else", "enum", "environ", "ep", "erf", "erfc", "errno", "espalier", "execl", "execv",
    "execve", "exit", "exp", "exp10", "exp2", "explicit", "expm1", "export", "extern", "fabs", "fadd", "false",
    "fclose", "fcntl", "fdim", "fdiv", "fdopen", "feof", "ferror", "fflush", "ffma", "ffs", "fgetc", "fgetpos",
    "fgets", "fileno", "finite", "float", "floor", "fma", "fmax", "fmaximum", "fmin", "fminimum", "fmod",
    "fmul", "fopen", "for", "fork", "fprintf", "fputc", "fputs", "fread", "free", "freopen", "frexp", "friend",
    "fscanf", "fseek", "fsetpos", "fsqrt", "fstat", "fsub", "fsync", "ftell", "ftruncate", "fwide", "fwrite",
    "gamma", "getc", "getchar", "getdate", "getdelim", "getenv", "getline", "getopt", "getpass", "getpid",
    "getpt", "gets", "gettext", "gettid", "getw", "gmtime", "goto", "gsignal", "hypot", "i386", "if", "ilogb",
    "index", "inline", "int", "isalnum", "isalpha", "isascii", "isatty", "isblank", "iscntrl", "isdigit",
    "isgraph", "islower", "isprint", "ispunct", "isspace", "isupper", "isxdigit", "j0", "j1", "jn", "kill",
    "labs", "lconv", "ldexp", "ldiv", "lgamma", "link", "linux", "llabs", "lldiv", "llogb", "llrint", "llround",
    "localeconv", "localtime", "lockf", "log", "log10", "log1p", "log2", "logb", "long", "longjmp", "lrint",
    "lround", "lseek", "lstat", "main", "major", "makedev", "malloc", "mblen", "memchr", "memcmp", "memcpy",
    "memmem", "memmove", "memset", "minor", "mkdir", "mkfifo", "mknod", "mktemp", "mktime", "modf", "mutable",
    "namespace", "nan", "nanosleep", "nearbyint", "new", "nextafter", "nextdown", "nexttoward", "nextup",
    "nice", "noexcept", "not", "not_eq", "nullptr", "open", "operator", "optarg", "opterr", "optind", "optopt",
    "or", "or_eq", "pause", "pclose", "perror", "pipe", "popen", "pow", "pread", "printf", "private", "profil",
    "protected", "psignal", "public", "putc", "putchar", "putenv", "puts", "putw", "pwrite", "qsort", "raise",
    "rand", "random", "read", "readlink", "realloc", "realpath", "register", "reinterpret_cast", "remainder",
    "remove", "remquo", "rename", "requires", "return", "revoke", "rewind", "rindex", "rint", "rmdir", "round",
    "roundeven", "sbrk", "scalb", "scalbln", "scalbn", "scanf", "select", "setbuf", "setenv", "setjmp",
    "setlocale", "setns", "setvbuf", "short", "sigaction", "sigaltstack", "sigblock", "sigevent", "sigmask",
    "signal", "signed", "signgam", "significand", "sigpause", "sigset", "sigstack", "sigval", "sigvec",
    "sigwait", "sin", "sincos", "sinh", "sizeof", "sleep", "snprintf", "splice", "sprintf", "sqrt", "srand",
    "srandom", "sscanf", "stat", "static", "static_assert", "static_cast", "std", "stderr", "stdin", "stdout",
    "stime", "strcat", "strchr", "strcmp", "strcoll", "strcpy", "strcspn", "strdup", "strerror", "strfry",
    "strftime", "strlen", "strncat", "strncmp", "strncpy", "strpbrk", "strptime", "strrchr", "strsep", "strspn",
    "strstr", "strtod", "strtof", "strtok", "strtol", "strtold", "strtoll", "strtoul", "strtoull", "struct",
    "strxfrm", "swab", "switch", "symlink", "sync", "syscall", "sysconf", "system", "tan", "tanh", "tee",
    "template", "tempnam", "textdomain", "tgamma", "tgkill", "this", "thread_local", "throw", "time", "timegm",
    "timelocal", "timespec", "timeval", "timezone", "tm", "tmpfile", "tmpnam", "toascii", "tolower",
    "totalorder", "toupper", "towlower", "towupper", "true", "trunc", "truncate", "try", "ttyname", "ttyslot",
    "typedef", "typeid", "typename", "tzname", "tzset", "ualarm", "umask", "ungetc", "union", "unix", "unlink",
    "unsetenv", "unshare", "unsigned", "using", "usleep", "utimes", "valloc", "vfork", "virtual", "void",
    "volatile", "vprintf", "wait", "waitpid", "wchar_t", "wcscat", "wcscmp", "wcslen", "wctype", "while",
    "wmemset", "wprintf", "write", "wscanf", "xor", "xor_eq", "xsimd", "xt", "y0", "y1", "yn"};
// clang-format on

}  // namespace importer
