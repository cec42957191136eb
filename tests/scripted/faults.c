/* Faults: the script's rules of what goes wrong at which call, and their carrying out. */

#include "scripted.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RULES_AT_MOST 64

static const char *const statuses[] = {
  "GOOD", "UNSUPPORTED", "CANCELLED", "DEVICE_BUSY", "INVAL", "EOF", "JAMMED", "NO_DOCS",
  "COVER_OPEN", "IO_ERROR", "NO_MEM", "ACCESS_DENIED",
};
static const struct
{
  const char *name;
  int number;
} signals[] = {
  { "SIGSEGV", SIGSEGV }, { "SIGABRT", SIGABRT }, { "SIGBUS", SIGBUS },   { "SIGFPE", SIGFPE },
  { "SIGKILL", SIGKILL }, { "SIGTERM", SIGTERM }, { "SIGALRM", SIGALRM }, { "SIGPIPE", SIGPIPE },
};
static long seen[RULES_AT_MOST]; /* how often each rule's moment has come in this process */

static int
signal_of(const json_t *word)
{
  const char *name = json_string_value(word);
  if (name == NULL)
    return (int) json_integer_value(word);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    if (strcmp(name, signals[i].name) == 0)
      return signals[i].number;
  return 0;
}

static void
wait_ms(long ms)
{
  struct timespec left = { ms / 1000, ms % 1000 * 1000000 };
  while (nanosleep(&left, &left) != 0)
    ;
}

static void
ignore_signals(const json_t *names)
{
  size_t i;
  json_t *name;
  json_array_foreach (names, i, name)
    signal(signal_of(name), SIG_IGN);
}

static void
die(int number)
{
  /* What crashes by itself is not asked whether it would rather not. */
  if (number == SIGKILL || number >= SIGRTMIN)
    signal(number, SIG_DFL);
  kill(getpid(), number);
  for (;;)
    pause();
}

/* A child that keeps everything it was born with open, as a driver's reader process does. */
static void
leave_child(const char *where)
{
  if (fork() != 0)
    return;
  if (strcmp(where, "own-session") == 0)
    setsid();
  script_note("child %d", (int) getpid());
  alarm(60);
  for (;;)
    pause();
}

static void
hang(const char *how)
{
  if (strcmp(how, "busy") == 0)
    for (volatile long turns = 0;; turns++)
      ;
  for (;;)
    pause();
}

static bool
says(const json_t *rule, const char *key, const char *now)
{
  const char *asked = script_text(rule, key, NULL);
  return asked == NULL || (now != NULL && strcmp(asked, now) == 0);
}

static bool
is_of(const json_t *rule, const struct moment *now)
{
  long page = script_number(rule, "page", now->page);
  return says(rule, "at", now->call) && says(rule, "device", now->device)
         && says(rule, "option", now->option) && page == now->page;
}

static bool
is_spent(const json_t *rule, size_t index)
{
  return script_hits(index) >= script_number(rule, "times", LONG_MAX);
}

static SANE_Status
status_of(const json_t *rule)
{
  const char *name = script_text(rule, "status", NULL);
  for (size_t i = 0; name != NULL && i < sizeof statuses / sizeof *statuses; i++)
    if (strcmp(name, statuses[i]) == 0)
      return (SANE_Status) i;
  return (SANE_Status) script_number(rule, "status", SANE_STATUS_GOOD);
}

static SANE_Status
carry_out(const json_t *rule)
{
  const char *text;
  ignore_signals(json_object_get(rule, "ignore"));
  if ((text = script_text(rule, "child", NULL)) != NULL)
    leave_child(text);
  wait_ms(script_number(rule, "delay_ms", 0));
  if (json_object_get(rule, "wire") != NULL)
    wire_write(json_object_get(rule, "wire"));
  if (json_object_get(rule, "signal") != NULL)
    die(signal_of(json_object_get(rule, "signal")));
  if (json_object_get(rule, "exit") != NULL)
    _exit((int) script_number(rule, "exit", 0));
  if ((text = script_text(rule, "hang", NULL)) != NULL)
    hang(text);
  return status_of(rule);
}

/* Follow every rule for this moment. The status is the last one's; it may never return. */
SANE_Status
fault_at(const struct moment *now)
{
  SANE_Status status = SANE_STATUS_GOOD;
  size_t i;
  json_t *rule;
  json_array_foreach (json_object_get(script(), "faults"), i, rule)
    {
      if (i >= RULES_AT_MOST || !is_of(rule, now) || now->bytes < script_number(rule, "bytes", 0))
        continue;
      seen[i]++;
      if (seen[i] < script_number(rule, "call", 1) || is_spent(rule, i))
        continue;
      script_hit(i);
      SANE_Status said = carry_out(rule);
      if (said != SANE_STATUS_GOOD)
        status = said;
    }
  return status;
}

/* How many bytes there are until the next rule for this moment holds. */
long
fault_ahead(const struct moment *now)
{
  long ahead = LONG_MAX;
  size_t i;
  json_t *rule;
  json_array_foreach (json_object_get(script(), "faults"), i, rule)
    {
      long left = script_number(rule, "bytes", 0) - now->bytes;
      if (is_of(rule, now) && left > 0 && left < ahead && !is_spent(rule, i))
        ahead = left;
    }
  return ahead;
}
