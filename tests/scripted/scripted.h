/* Scripted: a SANE backend for tests that is and does what a JSON file says; README.md has it. */

#ifndef SCRIPTED_H
#define SCRIPTED_H

#include <jansson.h>
#include <sane/sane.h>
#include <stdbool.h>

/* script.c: the JSON file, and the files that are kept beside it */
bool script_load(const char *backend);
const json_t *script(void);
json_t *script_device(size_t index);
const char *script_text(const json_t *object, const char *key, const char *otherwise);
long script_number(const json_t *object, const char *key, long otherwise);
void script_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
long script_hits(size_t rule);
void script_hit(size_t rule);

/* faults.c: what goes wrong, and when */
struct moment
{
  const char *call;
  const char *device;
  const char *option;
  long page;
  long bytes;
};

SANE_Status fault_at(const struct moment *now);
long fault_ahead(const struct moment *now);

/* wire.c: what a driver does that writes to a descriptor which is not its own */
void wire_write(const json_t *what);

/* options.c, values.c: a tree of options as tests/data/scanners/README.md describes it */
struct option
{
  json_t *own;   /* as the tree has it */
  json_t *now;   /* with what the rules that hold say */
  json_t *value;
  SANE_Option_Descriptor descriptor;
  SANE_Range range;
  SANE_Word *words;
  const char **texts;
};

struct tree
{
  struct option *options;
  int count;
  const json_t *rules;
  bool *holds;
};

void tree_open(struct tree *tree, const json_t *device);
void tree_close(struct tree *tree);
struct option *tree_option(const struct tree *tree, int number);
const json_t *tree_value(const struct tree *tree, const char *name);
SANE_Status tree_control(struct tree *tree, int number, SANE_Action action, void *value,
                         SANE_Int *info);

void option_describe(struct option *option, const struct tree *tree);
bool option_allows(const struct option *option, json_t *value);
json_t *option_nearest(const struct option *option, json_t *value);
json_t *option_take(const struct option *option, const void *raw);
void option_give(const struct option *option, void *raw);

/* pages.c: what lies in the feeder or on the glass */
struct scan
{
  const json_t *script;
  const json_t *page;
  long number;  /* of the page in its stack, from 1 */
  int frame;
  long given;   /* bytes of this frame */
  long reads;
  bool is_on;   /* between sane_start and the end of the page, or sane_cancel */
};

void scan_place(struct scan *scan, const char *source);
bool scan_is_glass(const struct scan *scan, const char *source);
int scan_frames(const struct scan *scan);
void scan_parameters(const struct scan *scan, SANE_Parameters *parameters);
SANE_Status scan_read(struct scan *scan, SANE_Byte *data, long most, SANE_Int *length);

#endif
