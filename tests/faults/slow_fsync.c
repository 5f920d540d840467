// Loaded into Postgres by LD_PRELOAD: while the file that SLOW_FSYNC names exists, every sync takes half a second more.
// It must not know what is synced.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void be_slow(void) {
    const char *flag = getenv("SLOW_FSYNC");
    if (flag && access(flag, F_OK) == 0) {
        struct timespec half = {0, 500000000}, rest;
        while (nanosleep(&half, &rest) != 0)
            half = rest;
    }
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    be_slow();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    be_slow();
    return real(file);
}
