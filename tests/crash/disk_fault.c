/* Stands between a program and its disk: while the file DISK_FAULT names holds a number, every write below
 * DISK_FAULT_UNDER fails with that errno, as on a file system that has become read-only, or broken. Reads go on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int fault(void)
{
    const char *path = getenv("DISK_FAULT");
    char text[16] = "";
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0) : -1;
    if (file < 0)
        return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    return length > 0 ? atoi(text) : 0;
}

static int is_below(const char *path)
{
    const char *under = getenv("DISK_FAULT_UNDER");
    return under && path && strncmp(path, under, strlen(under)) == 0;
}

/* Whether this write fails; errno is set then. */
static int fails(int file)
{
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    int error = is_below(path) ? fault() : 0;
    if (error)
        errno = error;
    return error;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) { return fails(file) ? -1 : REAL(write)(file, bytes, count); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return fails(file) ? -1 : REAL(pwrite)(file, bytes, count, at); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) { return fails(file) ? -1 : REAL(pwrite64)(file, bytes, count, at); }
int ftruncate(int file, off_t length) { return fails(file) ? -1 : REAL(ftruncate)(file, length); }
int ftruncate64(int file, off64_t length) { return fails(file) ? -1 : REAL(ftruncate64)(file, length); }
int fsync(int file) { return fails(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails(file) ? -1 : REAL(fdatasync)(file); }
int fallocate(int file, int mode, off_t at, off_t length) { return fails(file) ? -1 : REAL(fallocate)(file, mode, at, length); }

/* Whether opening so would write. */
static int refuses(const char *path, int flags)
{
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    int error = writes && is_below(path) ? fault() : 0;
    if (error)
        errno = error;
    return error;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return refuses(path, flags) ? -1 : REAL(name)(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int unlink(const char *path)
{
    if (refuses(path, O_WRONLY))
        return -1;
    return REAL(unlink)(path);
}
