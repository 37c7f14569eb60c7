// A wall clock that can be stepped for one process: preloaded into it, adds as many nanoseconds to the time of day as
// the file in CHAOS_CLOCK has at its beginning, at every moment. The monotonic clock is left alone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile long long *ahead;

__attribute__((constructor)) static void map_file(void) {
    const char *name = getenv("CHAOS_CLOCK");
    int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return;
    }
    void *memory = mmap(NULL, sizeof(long long), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    ahead = memory == MAP_FAILED ? NULL : memory;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && ahead != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        long long nanos = time->tv_nsec + *ahead % 1000000000LL;
        time->tv_sec += *ahead / 1000000000LL + (nanos >= 1000000000LL) - (nanos < 0);
        time->tv_nsec = (nanos + 1000000000LL) % 1000000000LL;
    }
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void) zone;
    struct timespec precise;
    int result = clock_gettime(CLOCK_REALTIME, &precise);
    if (result == 0 && time != NULL) {
        time->tv_sec = precise.tv_sec;
        time->tv_usec = precise.tv_nsec / 1000;
    }
    return result;
}

time_t time(time_t *out) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (out != NULL) {
        *out = precise.tv_sec;
    }
    return precise.tv_sec;
}
