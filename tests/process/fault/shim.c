// Fails chosen system calls on the files of one SQLite database, and shifts the wall clock. Loaded with LD_PRELOAD.
//
// FAULT_DATABASE is the path of the database; its -wal, -journal and -shm files belong to it. FAULT_CONTROL is a file that
// holds a `struct control`, which the test reads and writes while the program runs.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum call { WRITE, SYNC, TRUNCATE, LOCK };

enum mode {
    ONCE, // one call fails, whichever it is
    TORN, // one write stops halfway, and the next one finds the disk full
    FULL, // all writes fail from then on, until the test disarms the shim
    UNSYNCED, // one sync fails
    NEVER_SYNCED, // all syncs fail from then on, until the test disarms the shim
};

struct control {
    _Atomic uint64_t nth;       // the call that fails, counted from 1; disarmed while 0
    _Atomic uint64_t mode;      // an `enum mode`
    _Atomic uint64_t counted;   // the calls since the test armed the shim
    _Atomic uint64_t failed[4]; // the calls that failed, by `enum call`
    _Atomic int64_t shift;      // seconds to add to the wall clock
};

static struct control *control;
static const char *database = "";

__attribute__((constructor)) static void load(void) {
    const char *path = getenv("FAULT_CONTROL");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *shared = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || shared == MAP_FAILED) {
        fprintf(stderr, "the fault shim cannot map FAULT_CONTROL\n");
        _exit(70);
    }
    close(file);
    if (getenv("FAULT_DATABASE")) database = getenv("FAULT_DATABASE");
    control = shared;
}

static int is_of_database(int file) {
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || !*database) return 0;
    path[length] = 0;
    size_t prefix = strlen(database);
    if (strncmp(path, database, prefix)) return 0;
    const char *rest = path + prefix;
    return !*rest || !strcmp(rest, "-wal") || !strcmp(rest, "-journal") || !strcmp(rest, "-shm");
}

enum verdict { PASS, FAIL, HALVE };

// Counts a call, and says what becomes of it.
static enum verdict judge(int file, enum call call) {
    if (!control || !control->nth || !is_of_database(file)) return PASS;
    enum mode mode = control->mode;
    enum call counted = mode == UNSYNCED || mode == NEVER_SYNCED ? SYNC : WRITE;
    if (mode != ONCE && call != counted) return PASS;
    uint64_t nth = control->nth, number = atomic_fetch_add(&control->counted, 1) + 1;
    int is_torn = mode == TORN && number == nth + 1;
    int lasts = mode == FULL || mode == NEVER_SYNCED;
    if (lasts ? number < nth : number != nth && !is_torn) return PASS;
    atomic_fetch_add(&control->failed[call], 1);
    if (mode == TORN && !is_torn) return HALVE;
    errno = mode == TORN || mode == FULL ? ENOSPC : EIO;
    return FAIL;
}

ssize_t write(int file, const void *bytes, size_t count) {
    enum verdict verdict = judge(file, WRITE);
    return verdict == FAIL ? -1 : syscall(SYS_write, file, bytes, verdict == HALVE ? count / 2 : count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    enum verdict verdict = judge(file, WRITE);
    return verdict == FAIL ? -1 : syscall(SYS_pwrite64, file, bytes, verdict == HALVE ? count / 2 : count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return pwrite64(file, bytes, count, at); }

int fsync(int file) { return judge(file, SYNC) == PASS ? (int)syscall(SYS_fsync, file) : -1; }

int fdatasync(int file) { return judge(file, SYNC) == PASS ? (int)syscall(SYS_fdatasync, file) : -1; }

int ftruncate64(int file, off64_t length) {
    return judge(file, TRUNCATE) == PASS ? (int)syscall(SYS_ftruncate, file, length) : -1;
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fcntl64(int file, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    // Unlocking does not fail.
    int locks = command == F_SETLK && ((struct flock *)argument)->l_type != F_UNLCK;
    return locks && judge(file, LOCK) != PASS ? -1 : (int)syscall(SYS_fcntl, file, command, argument);
}

int fcntl(int file, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return fcntl64(file, command, argument);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (!result && control && clock == CLOCK_REALTIME) time->tv_sec += control->shift;
    return result;
}
