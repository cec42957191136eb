/* Wire: a driver that writes to, or closes, descriptors that are not its own. */

#include "scripted.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LAST_FD 256

static bool
is_unix_socket(int fd)
{
  int domain = 0;
  socklen_t size = sizeof domain;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

static void
spill(int fd, const json_t *what)
{
  const char *text = script_text(what, "text", "");
  uint32_t head = htonl((uint32_t) script_number(what, "length", (long) strlen(text)));
  bool is_bare = json_is_true(json_object_get(what, "bare"));
  if ((!is_bare && write(fd, &head, sizeof head) < 0) || write(fd, text, strlen(text)) < 0)
    script_note("nobody hears");
}

/* To every other process that this one is connected to: a frame, bytes as they are, or the end. */
void
wire_write(const json_t *what)
{
  for (int fd = 3; fd < LAST_FD; fd++)
    if (is_unix_socket(fd))
      {
        if (json_is_true(json_object_get(what, "close")))
          close(fd);
        else
          spill(fd, what);
      }
}
