/* Options: a device's tree of them, and the rules by which one changes others. */

#include "scripted.h"

#include <stdlib.h>
#include <string.h>

static struct option *
named(const struct tree *tree, const char *name)
{
  for (int i = 1; i < tree->count; i++)
    if (strcmp(script_text(tree->options[i].own, "name", ""), name) == 0)
      return &tree->options[i];
  return NULL;
}

struct option *
tree_option(const struct tree *tree, int number)
{
  return number < 0 || number >= tree->count ? NULL : &tree->options[number];
}

/* The present value of the option of this name, NULL when there is none. */
const json_t *
tree_value(const struct tree *tree, const char *name)
{
  const struct option *option = named(tree, name);
  return option == NULL ? NULL : option->value;
}

static bool
is_one_of(const json_t *value, json_t *asked)
{
  size_t i;
  json_t *item;
  if (!json_is_array(asked))
    return json_equal(value, asked);
  json_array_foreach (asked, i, item)
    if (json_equal(value, item))
      return true;
  return false;
}

static bool
rule_holds(const struct tree *tree, const json_t *rule)
{
  const char *name;
  json_t *asked;
  json_object_foreach (json_object_get(rule, "if"), name, asked)
    if (!is_one_of(tree_value(tree, name), asked))
      return false;
  return true;
}

static void
set_value(struct option *option, json_t *value)
{
  json_decref(option->value);
  option->value = value;
}

static void
follow_rule(struct tree *tree, const json_t *rule, bool begins)
{
  const char *name;
  json_t *members;
  json_object_foreach (json_object_get(rule, "then"), name, members)
    {
      struct option *option = named(tree, name);
      json_object_update(option->now, members);
      if (begins && json_object_get(members, "value") != NULL)
        set_value(option, json_incref(json_object_get(members, "value")));
    }
}

static void
fit_values(struct tree *tree)
{
  for (int n = 1; n < tree->count; n++)
    {
      struct option *option = &tree->options[n];
      option_describe(option, tree);
      if (option->value != NULL)
        set_value(option, option_nearest(option, option->value));
    }
}

/* Bring every option to what the rules make of it now; values follow their constraints. */
static void
settle(struct tree *tree)
{
  size_t i;
  json_t *rule;
  for (int n = 0; n < tree->count; n++)
    {
      json_decref(tree->options[n].now);
      tree->options[n].now = json_deep_copy(tree->options[n].own);
    }
  json_array_foreach (tree->rules, i, rule)
    {
      bool holds = rule_holds(tree, rule);
      if (holds)
        follow_rule(tree, rule, !tree->holds[i]);
      tree->holds[i] = holds;
    }
  /* Twice: a constraint may name the value of an option that comes later. */
  fit_values(tree);
  fit_values(tree);
}

/* What a caller would see of all other options: their constraints, capabilities and values. */
static json_t *
snapshot(const struct tree *tree, const struct option *but)
{
  json_t *seen = json_array();
  for (int n = 1; n < tree->count; n++)
    {
      const struct option *option = &tree->options[n];
      if (option != but)
        json_array_append_new(
            seen, json_pack("[O, o?, i, i, i]", option->now,
                            option->value == NULL ? NULL : json_incref(option->value),
                            option->range.min, option->range.max, option->range.quant));
    }
  return seen;
}

void
tree_open(struct tree *tree, const json_t *device)
{
  json_t *options = json_object_get(device, "options");
  tree->count = (int) json_array_size(options) + 1;
  tree->options = calloc((size_t) tree->count, sizeof *tree->options);
  tree->rules = json_object_get(device, "when");
  tree->holds = calloc(json_array_size(tree->rules) + 1, sizeof *tree->holds);
  struct option *count = &tree->options[0];
  count->own = json_pack("{ss ss ss s[s]}", "name", "", "title", "Number of options", "type", "int",
                         "cap", "soft-detect");
  count->value = json_integer(tree->count);
  for (int n = 1; n < tree->count; n++)
    {
      tree->options[n].own = json_incref(json_array_get(options, (size_t) n - 1));
      tree->options[n].value = json_incref(json_object_get(tree->options[n].own, "value"));
    }
  count->now = json_incref(count->own);
  option_describe(count, tree);
  settle(tree);
}

void
tree_close(struct tree *tree)
{
  for (int n = 0; n < tree->count; n++)
    {
      struct option *option = &tree->options[n];
      json_decref(option->own);
      json_decref(option->now);
      json_decref(option->value);
      free(option->words);
      free(option->texts);
    }
  free(tree->options);
  free(tree->holds);
}

static SANE_Status
set(struct tree *tree, struct option *option, json_t *value, SANE_Int *info)
{
  if (value == NULL || !option_allows(option, value))
    {
      json_decref(value);
      return SANE_STATUS_INVAL;
    }
  json_t *before = snapshot(tree, option), *nearest = option_nearest(option, value);
  if (!json_equal(nearest, value))
    *info |= SANE_INFO_INEXACT;
  json_decref(value);
  set_value(option, nearest);
  settle(tree);
  json_t *after = snapshot(tree, option);
  if (!json_equal(before, after) || json_is_true(json_object_get(option->own, "reload")))
    *info |= SANE_INFO_RELOAD_OPTIONS | SANE_INFO_RELOAD_PARAMS;
  json_decref(before);
  json_decref(after);
  return SANE_STATUS_GOOD;
}

SANE_Status
tree_control(struct tree *tree, int number, SANE_Action action, void *raw, SANE_Int *info)
{
  struct option *option = tree_option(tree, number);
  if (option == NULL || !SANE_OPTION_IS_ACTIVE(option->descriptor.cap)
      || option->descriptor.type == SANE_TYPE_GROUP)
    return SANE_STATUS_INVAL;
  if (action == SANE_ACTION_GET_VALUE)
    {
      if (option->value == NULL)
        return SANE_STATUS_INVAL;
      option_give(option, raw);
      return SANE_STATUS_GOOD;
    }
  if (!SANE_OPTION_IS_SETTABLE(option->descriptor.cap))
    return SANE_STATUS_INVAL;
  if (action == SANE_ACTION_SET_AUTO)
    {
      if ((option->descriptor.cap & SANE_CAP_AUTOMATIC) == 0)
        return SANE_STATUS_INVAL;
      SANE_Int told = 0;
      SANE_Status status
          = set(tree, option, json_incref(json_object_get(option->own, "value")), &told);
      *info |= told & ~SANE_INFO_INEXACT;
      return status;
    }
  if (option->descriptor.type == SANE_TYPE_BUTTON)
    return SANE_STATUS_GOOD;
  return set(tree, option, option_take(option, raw), info);
}
