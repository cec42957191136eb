/* Backend: SANE's entry points (SANE 1.0 §4.3), named for the backend this is compiled as. */

#include "scripted.h"

#include <stdlib.h>
#include <string.h>

#define JOINED(backend, call) sane_##backend##_##call
#define NAMED(backend, call) JOINED(backend, call)
#define ENTRY(call) NAMED(BACKEND, call)
#define QUOTED(word) #word
#define TEXT(word) QUOTED(word)

struct device
{
  const char *name;
  struct tree tree;
  struct scan scan;
};

static SANE_Device *listed;
static const SANE_Device **list;

static SANE_Status
at(const char *call, const struct device *device, const char *option)
{
  struct moment now = { .call = call, .device = device == NULL ? NULL : device->name,
                        .option = option };
  if (device != NULL)
    {
      now.page = device->scan.number;
      now.bytes = device->scan.given;
    }
  return fault_at(&now);
}

#pragma GCC visibility push(default)

SANE_Status
ENTRY(init)(SANE_Int *version, SANE_Auth_Callback authorize)
{
  (void) authorize;
  if (version != NULL)
    *version = SANE_VERSION_CODE(SANE_CURRENT_MAJOR, 0, 0);
  if (!script_load(TEXT(BACKEND)))
    return SANE_STATUS_GOOD;
  script_note("init");
  return at("init", NULL, NULL);
}

void
ENTRY(exit)(void)
{
  script_note("exit");
  at("exit", NULL, NULL);
}

static void
describe(SANE_Device *device, const json_t *words)
{
  device->name = script_text(words, "name", "");
  device->vendor = script_text(words, "vendor", "Scripted");
  if (json_is_null(json_object_get(words, "vendor")))
    device->vendor = NULL;
  device->model = script_text(words, "model", device->name);
  device->type = script_text(words, "type", "sheetfed scanner");
}

SANE_Status
ENTRY(get_devices)(const SANE_Device ***devices, SANE_Bool local_only)
{
  (void) local_only;
  size_t count = json_array_size(json_object_get(script(), "devices"));
  if (script() != NULL)
    script_note("get_devices");
  free(listed);
  free(list);
  listed = calloc(count + 1, sizeof *listed);
  list = calloc(count + 1, sizeof *list);
  for (size_t i = 0; i < count; i++)
    {
      describe(&listed[i], script_device(i));
      list[i] = &listed[i];
    }
  *devices = list;
  return script() == NULL ? SANE_STATUS_GOOD : at("get_devices", NULL, NULL);
}

SANE_Status
ENTRY(open)(SANE_String_Const name, SANE_Handle *handle)
{
  const json_t *words = NULL;
  for (size_t i = 0; (words = script_device(i)) != NULL; i++)
    if (*name == '\0' || strcmp(script_text(words, "name", ""), name) == 0)
      break;
  if (words == NULL)
    return SANE_STATUS_INVAL;
  struct device *device = calloc(1, sizeof *device);
  device->name = script_text(words, "name", "");
  script_note("open %s", device->name);
  SANE_Status status = at("open", device, NULL);
  if (status != SANE_STATUS_GOOD)
    {
      free(device);
      return status;
    }
  tree_open(&device->tree, words);
  device->scan.script = words;
  device->scan.number = 1;
  *handle = device;
  return SANE_STATUS_GOOD;
}

void
ENTRY(close)(SANE_Handle handle)
{
  struct device *device = handle;
  script_note("close");
  at("close", device, NULL);
  tree_close(&device->tree);
  free(device);
}

const SANE_Option_Descriptor *
ENTRY(get_option_descriptor)(SANE_Handle handle, SANE_Int number)
{
  struct device *device = handle;
  struct option *option = tree_option(&device->tree, number);
  if (option == NULL)
    return NULL;
  SANE_Status status = at("get_option_descriptor", device, option->descriptor.name);
  return status == SANE_STATUS_GOOD ? &option->descriptor : NULL;
}

static const char *
call_of(SANE_Action action)
{
  return action == SANE_ACTION_GET_VALUE ? "get_option" : "set_option";
}

static void
note_set(const struct option *option, SANE_Action action)
{
  char *value = action == SANE_ACTION_SET_AUTO ? strdup("automatic")
                : option->value == NULL        ? strdup("pressed")
                                               : json_dumps(option->value, JSON_ENCODE_ANY);
  script_note("set %s %s", option->descriptor.name, value);
  free(value);
}

SANE_Status
ENTRY(control_option)(SANE_Handle handle, SANE_Int number, SANE_Action action, void *value,
                      SANE_Int *info)
{
  struct device *device = handle;
  const struct option *option = tree_option(&device->tree, number);
  SANE_Int told = 0;
  if (option == NULL)
    return SANE_STATUS_INVAL;
  SANE_Status status = at(call_of(action), device, option->descriptor.name);
  if (status == SANE_STATUS_GOOD)
    status = tree_control(&device->tree, number, action, value, &told);
  if (status == SANE_STATUS_GOOD && action != SANE_ACTION_GET_VALUE)
    note_set(option, action);
  if (info != NULL)
    *info = told;
  return status;
}

static const char *
source(const struct device *device)
{
  return json_string_value(tree_value(&device->tree, "source"));
}

SANE_Status
ENTRY(get_parameters)(SANE_Handle handle, SANE_Parameters *parameters)
{
  struct device *device = handle;
  if (!device->scan.is_on)
    scan_place(&device->scan, source(device));
  scan_parameters(&device->scan, parameters);
  return at("get_parameters", device, NULL);
}

SANE_Status
ENTRY(start)(SANE_Handle handle)
{
  struct device *device = handle;
  struct scan *scan = &device->scan;
  script_note("start %ld", scan->number);
  scan->given = scan->reads = 0;
  SANE_Status status = at("start", device, NULL);
  if (status != SANE_STATUS_GOOD)
    return status;
  if (!scan->is_on)
    scan_place(scan, source(device));
  if (scan->page == NULL)
    return SANE_STATUS_NO_DOCS;
  scan->is_on = true;
  return SANE_STATUS_GOOD;
}

static void
end_frame(struct device *device)
{
  struct scan *scan = &device->scan;
  if (++scan->frame < scan_frames(scan))
    return;
  scan->is_on = false;
  if (!scan_is_glass(scan, source(device)))
    scan->number++;
}

SANE_Status
ENTRY(read)(SANE_Handle handle, SANE_Byte *data, SANE_Int most, SANE_Int *length)
{
  struct device *device = handle;
  struct moment now = { .call = "read", .device = device->name, .page = device->scan.number,
                        .bytes = device->scan.given };
  long ahead = fault_ahead(&now);
  *length = 0;
  SANE_Status status = fault_at(&now);
  if (status == SANE_STATUS_GOOD)
    status = scan_read(&device->scan, data, ahead < most ? ahead : most, length);
  if (status == SANE_STATUS_EOF)
    end_frame(device);
  return status;
}

void
ENTRY(cancel)(SANE_Handle handle)
{
  struct device *device = handle;
  struct scan *scan = &device->scan;
  script_note("cancel");
  at("cancel", device, NULL);
  if (!scan->is_on && scan->number > 1 && json_is_true(json_object_get(scan->script, "cancel_ejects")))
    scan->number++;
  scan->is_on = false;
}

SANE_Status
ENTRY(set_io_mode)(SANE_Handle handle, SANE_Bool non_blocking)
{
  (void) handle;
  return non_blocking ? SANE_STATUS_UNSUPPORTED : SANE_STATUS_GOOD;
}

SANE_Status
ENTRY(get_select_fd)(SANE_Handle handle, SANE_Int *fd)
{
  (void) handle;
  (void) fd;
  return SANE_STATUS_UNSUPPORTED;
}
