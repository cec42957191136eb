/* Values: one option's descriptor, and its value between SANE's form and the script's. */

#include "scripted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const types[] = { "bool", "int", "fixed", "string", "button", "group" };
static const char *const units[] = { "none", "pixel", "bit", "mm", "dpi", "percent", "microsecond" };
static const char *const caps[]
    = { "soft-select", "hard-select", "soft-detect", "emulated", "automatic", "inactive", "advanced" };

#define COUNT(table) ((int) (sizeof(table) / sizeof *(table)))
#define STRING_AT_LEAST 32

static int
place(const char *const *table, int count, const char *word)
{
  for (int i = 0; i < count; i++)
    if (strcmp(table[i], word) == 0)
      return i;
  abort();
}

static bool
is_fixed(const struct option *option)
{
  return option->descriptor.type == SANE_TYPE_FIXED;
}

static SANE_Word
word_of(const struct option *option, const json_t *number)
{
  if (json_is_boolean(number))
    return json_is_true(number) ? SANE_TRUE : SANE_FALSE;
  double value = json_number_value(number);
  return (SANE_Word) lround(is_fixed(option) ? value * (1 << SANE_FIXED_SCALE_SHIFT) : value);
}

static json_t *
number_of(const struct option *option, SANE_Word word)
{
  if (option->descriptor.type == SANE_TYPE_BOOL)
    return json_boolean(word == SANE_TRUE);
  return is_fixed(option) ? json_real(SANE_UNFIX(word)) : json_integer(word);
}

static SANE_Word
limit(const struct option *option, const struct tree *tree, const json_t *end)
{
  const char *name = json_string_value(end);
  return word_of(option, name == NULL ? end : tree_value(tree, name + 1));
}

static void
describe_range(struct option *option, const struct tree *tree, const json_t *ends)
{
  option->range.min = limit(option, tree, json_array_get(ends, 0));
  option->range.max = limit(option, tree, json_array_get(ends, 1));
  option->range.quant = limit(option, tree, json_array_get(ends, 2));
  option->descriptor.constraint_type = SANE_CONSTRAINT_RANGE;
  option->descriptor.constraint.range = &option->range;
}

static void
describe_list(struct option *option, const json_t *list)
{
  size_t count = json_array_size(list), i;
  json_t *item;
  free(option->words);
  free(option->texts);
  option->words = calloc(count + 1, sizeof *option->words);
  option->texts = calloc(count + 1, sizeof *option->texts);
  option->words[0] = (SANE_Word) count;
  json_array_foreach (list, i, item)
    if (json_is_string(item))
      option->texts[i] = json_string_value(item);
    else
      option->words[i + 1] = word_of(option, item);
  bool is_text = option->descriptor.type == SANE_TYPE_STRING;
  option->descriptor.constraint_type
      = is_text ? SANE_CONSTRAINT_STRING_LIST : SANE_CONSTRAINT_WORD_LIST;
  if (is_text)
    option->descriptor.constraint.string_list = option->texts;
  else
    option->descriptor.constraint.word_list = option->words;
}

static SANE_Int
natural_size(const struct option *option)
{
  size_t longest = STRING_AT_LEAST - 1, i;
  json_t *item;
  if (option->descriptor.type == SANE_TYPE_BUTTON || option->descriptor.type == SANE_TYPE_GROUP)
    return 0;
  if (option->descriptor.type != SANE_TYPE_STRING)
    return sizeof(SANE_Word);
  json_array_foreach (json_object_get(option->own, "constraint"), i, item)
    if (json_string_length(item) > longest)
      longest = json_string_length(item);
  return (SANE_Int) longest + 1;
}

static SANE_Int
cap_of(const struct option *option)
{
  const json_t *names = json_object_get(option->now, "cap");
  SANE_Int cap = 0;
  size_t i;
  json_t *name;
  if (names == NULL && option->descriptor.type != SANE_TYPE_GROUP)
    return SANE_CAP_SOFT_SELECT | SANE_CAP_SOFT_DETECT;
  json_array_foreach (names, i, name)
    cap |= 1 << place(caps, COUNT(caps), json_string_value(name));
  return cap;
}

/* Fill the descriptor from what the option is now. */
void
option_describe(struct option *option, const struct tree *tree)
{
  SANE_Option_Descriptor *descriptor = &option->descriptor;
  const json_t *constraint = json_object_get(option->now, "constraint");
  descriptor->type = place(types, COUNT(types), script_text(option->own, "type", ""));
  descriptor->name = script_text(option->own, "name", "");
  descriptor->title = script_text(option->own, "title", descriptor->name);
  descriptor->desc = script_text(option->own, "desc", "");
  descriptor->unit = place(units, COUNT(units), script_text(option->now, "unit", "none"));
  descriptor->size = (SANE_Int) script_number(option->own, "size", natural_size(option));
  descriptor->cap = cap_of(option);
  descriptor->constraint_type = SANE_CONSTRAINT_NONE;
  if (json_is_array(constraint))
    describe_list(option, constraint);
  else if (json_is_object(constraint))
    describe_range(option, tree, json_object_get(constraint, "range"));
}

static SANE_Word
nearest_word(const struct option *option, SANE_Word word)
{
  const SANE_Range *range = &option->range;
  if (option->descriptor.constraint_type == SANE_CONSTRAINT_RANGE)
    {
      if (word < range->min)
        return range->min;
      if (word > range->max)
        word = range->max;
      if (range->quant > 0)
        word = range->min + (word - range->min + range->quant / 2) / range->quant * range->quant;
      return word > range->max ? range->max : word;
    }
  if (option->descriptor.constraint_type != SANE_CONSTRAINT_WORD_LIST || option->words[0] == 0)
    return word;
  SANE_Word best = option->words[1];
  for (SANE_Word i = 2; i <= option->words[0]; i++)
    if (labs((long) option->words[i] - word) < labs((long) best - word))
      best = option->words[i];
  return best;
}

/* Whether a text is one of the option's words; numbers are made to fit instead. */
bool
option_allows(const struct option *option, json_t *value)
{
  if (option->descriptor.constraint_type != SANE_CONSTRAINT_STRING_LIST)
    return true;
  for (const char **text = option->texts; *text != NULL; text++)
    if (strcmp(*text, json_string_value(value)) == 0)
      return true;
  return false;
}

/* A new reference to the value that is nearest to this one, of a text the first there is. */
json_t *
option_nearest(const struct option *option, json_t *value)
{
  if (json_is_string(value))
    return option_allows(option, value) ? json_incref(value) : json_string(option->texts[0]);
  if (!json_is_array(value))
    return number_of(option, nearest_word(option, word_of(option, value)));
  json_t *fitted = json_array(), *item;
  size_t i;
  json_array_foreach (value, i, item)
    json_array_append_new(fitted, number_of(option, nearest_word(option, word_of(option, item))));
  return fitted;
}

static size_t
word_count(const struct option *option)
{
  return (size_t) option->descriptor.size / sizeof(SANE_Word);
}

/* A new reference to the value that SANE's caller handed over; NULL when it is none. */
json_t *
option_take(const struct option *option, const void *raw)
{
  const SANE_Word *words = raw;
  if (option->descriptor.type == SANE_TYPE_STRING)
    return json_stringn_nocheck(raw, strnlen(raw, (size_t) option->descriptor.size));
  if (option->descriptor.type == SANE_TYPE_BOOL && words[0] != SANE_TRUE && words[0] != SANE_FALSE)
    return NULL;
  if (word_count(option) == 1)
    return number_of(option, words[0]);
  json_t *array = json_array();
  for (size_t i = 0; i < word_count(option); i++)
    json_array_append_new(array, number_of(option, words[i]));
  return array;
}

void
option_give(const struct option *option, void *raw)
{
  SANE_Word *words = raw;
  if (option->descriptor.type == SANE_TYPE_STRING)
    {
      memset(raw, 0, (size_t) option->descriptor.size);
      strncpy(raw, json_string_value(option->value), (size_t) option->descriptor.size - 1);
      return;
    }
  bool is_array = json_is_array(option->value);
  for (size_t i = 0; i < word_count(option); i++)
    words[i] = word_of(option, is_array ? json_array_get(option->value, i) : option->value);
}
