/* Script: the JSON file, found in SANE_CONFIG_DIR, and the files that are kept beside it. */

#include "scripted.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static json_t *root;
static char stem[PATH_MAX - 32]; /* the file's path without ".json" */

static json_t *
load(const char *path)
{
  json_error_t error;
  json_t *loaded = json_load_file(path, 0, &error);
  if (loaded == NULL && access(path, F_OK) == 0)
    fprintf(stderr, "scripted: %s:%d: %s\n", path, error.line, error.text);
  return loaded;
}

bool
script_load(const char *backend)
{
  const char *dirs = getenv("SANE_CONFIG_DIR");
  char path[PATH_MAX];
  while (root == NULL && dirs != NULL && *dirs != '\0')
    {
      int length = (int) strcspn(dirs, ":");
      snprintf(stem, sizeof stem, "%.*s/%s", length, dirs, backend);
      snprintf(path, sizeof path, "%s.json", stem);
      root = load(path);
      dirs += length + (dirs[length] == ':');
    }
  return root != NULL;
}

const json_t *
script(void)
{
  return root;
}

/* Spell what a device is called in Latin-1, where it has "latin1". */
static void
respell(json_t *device)
{
  static const char *const keys[] = { "name", "vendor", "model", "type" };
  if (!json_is_true(json_object_get(device, "latin1")))
    return;
  json_object_del(device, "latin1");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    {
      char *word = strdup(script_text(device, keys[i], "")), *end = word;
      for (const unsigned char *from = (unsigned char *) word; *from != '\0'; from++)
        {
          *end++ = *from < 0x80 ? *from : ((*from & 3) << 6) | (from[1] & 0x3f);
          from += *from >= 0x80;
        }
      *end = '\0';
      if (json_object_get(device, keys[i]) != NULL)
        json_object_set_new_nocheck(device, keys[i], json_string_nocheck(word));
      free(word);
    }
}

/* A device of the script; what it does not say itself is in the file that it names as its tree. */
json_t *
script_device(size_t index)
{
  json_t *device = json_array_get(json_object_get(root, "devices"), index);
  respell(device);
  const char *path = script_text(device, "tree", NULL);
  if (path == NULL || json_object_get(device, "options") != NULL)
    return device;
  json_t *tree = load(path);
  json_object_update_missing(device, tree);
  if (json_object_get(device, "name") == NULL)
    {
      const char *whole = script_text(tree, "device", "");
      const char *colon = strchr(whole, ':');
      json_object_set_new(device, "name", json_string(colon == NULL ? whole : colon + 1));
    }
  json_decref(tree);
  return device;
}

const char *
script_text(const json_t *object, const char *key, const char *otherwise)
{
  const json_t *member = json_object_get(object, key);
  return json_is_string(member) ? json_string_value(member) : otherwise;
}

long
script_number(const json_t *object, const char *key, long otherwise)
{
  const json_t *member = json_object_get(object, key);
  return json_is_integer(member) ? (long) json_integer_value(member) : otherwise;
}

static void
append(const char *ending, const char *text)
{
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s.%s", stem, ending);
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, text, strlen(text)) < 0)
    abort();
  close(fd);
}

/* One line in the list of calls, for tests to read. */
void
script_note(const char *format, ...)
{
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  strcat(line, "\n");
  append("calls", line);
}

static void
hits_file(char *ending, size_t size, size_t rule)
{
  snprintf(ending, size, "hits-%zu", rule);
}

/* How often the rule has been followed, in this process and those before it. */
long
script_hits(size_t rule)
{
  char ending[32], path[PATH_MAX];
  struct stat found;
  hits_file(ending, sizeof ending, rule);
  snprintf(path, sizeof path, "%s.%s", stem, ending);
  return stat(path, &found) == 0 ? (long) found.st_size : 0;
}

void
script_hit(size_t rule)
{
  char ending[32];
  hits_file(ending, sizeof ending, rule);
  append(ending, "x");
}
