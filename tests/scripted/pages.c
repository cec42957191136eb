/* Pages: stacks of them by paper source, their parameters, and their pixels by a formula. */

#include "scripted.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#define PADDING 0xA5
#define DEFAULT_WIDTH 40
#define DEFAULT_LINES 30

static const char *const formats[] = { "gray", "rgb", "red", "green", "blue" };

/* The pages that a source gives: those of `stacks` under its name, else `pages`. */
static const json_t *
stack_of(const struct scan *scan, const char *source)
{
  const json_t *stack = NULL;
  if (source != NULL)
    stack = json_object_get(json_object_get(scan->script, "stacks"), source);
  return stack != NULL ? stack : json_object_get(scan->script, "pages");
}

/* One page alone, not in a list, lies on the glass: every start gives it again. */
bool
scan_is_glass(const struct scan *scan, const char *source)
{
  return json_is_object(stack_of(scan, source));
}

/* Put the page whose turn it is in place; none when the stack is empty. */
void
scan_place(struct scan *scan, const char *source)
{
  const json_t *stack = stack_of(scan, source);
  scan->page = json_is_object(stack) ? stack : json_array_get(stack, (size_t) scan->number - 1);
  scan->frame = 0;
}

int
scan_frames(const struct scan *scan)
{
  const json_t *format = json_object_get(scan->page, "format");
  return json_is_array(format) ? (int) json_array_size(format) : 1;
}

static SANE_Frame
format_of(const struct scan *scan)
{
  const json_t *format = json_object_get(scan->page, "format");
  if (json_is_array(format))
    format = json_array_get(format, (size_t) scan->frame);
  for (int i = SANE_FRAME_GRAY; json_is_string(format) && i <= SANE_FRAME_BLUE; i++)
    if (strcmp(formats[i], json_string_value(format)) == 0)
      return i;
  return SANE_FRAME_GRAY;
}

static void
true_parameters(const struct scan *scan, SANE_Parameters *parameters)
{
  long depth = script_number(scan->page, "depth", 8);
  long width = script_number(scan->page, "width", DEFAULT_WIDTH);
  parameters->format = format_of(scan);
  long samples = width * (parameters->format == SANE_FRAME_RGB ? 3 : 1);
  parameters->last_frame = scan->frame + 1 >= scan_frames(scan);
  parameters->pixels_per_line = (SANE_Int) width;
  parameters->lines = (SANE_Int) script_number(scan->page, "lines", DEFAULT_LINES);
  parameters->depth = (SANE_Int) depth;
  parameters->bytes_per_line
      = (SANE_Int) ((samples * depth + 7) / 8 + script_number(scan->page, "padding", 0));
}

/* As the driver tells them: `told` of the page says where they are wrong. */
void
scan_parameters(const struct scan *scan, SANE_Parameters *parameters)
{
  const json_t *told = json_object_get(scan->page, scan->is_on ? "told" : "told_before");
  true_parameters(scan, parameters);
  parameters->format = (SANE_Frame) script_number(told, "format", parameters->format);
  parameters->last_frame = (SANE_Bool) script_number(told, "last_frame", parameters->last_frame);
  parameters->pixels_per_line = (SANE_Int) script_number(told, "width", parameters->pixels_per_line);
  parameters->lines = (SANE_Int) script_number(told, "lines", parameters->lines);
  parameters->depth = (SANE_Int) script_number(told, "depth", parameters->depth);
  parameters->bytes_per_line
      = (SANE_Int) script_number(told, "bytes_per_line", parameters->bytes_per_line);
}

/* The byte of a frame at this row and column; tests/fakes/scripted.py has the same formula. */
static SANE_Byte
pixel(long seed, long frame, long row, long column)
{
  return (SANE_Byte) (seed * 89 + frame * 57 + row * 31 + column * 7 + (row ^ column));
}

static SANE_Byte
byte_at(const struct scan *scan, const SANE_Parameters *parameters, long offset)
{
  long row = offset / parameters->bytes_per_line, column = offset % parameters->bytes_per_line;
  if (column >= parameters->bytes_per_line - script_number(scan->page, "padding", 0))
    return PADDING;
  return pixel(script_number(scan->page, "seed", scan->number), scan->frame, row, column);
}

/* As sane_read: at most so many bytes of the frame, EOF at its end. */
SANE_Status
scan_read(struct scan *scan, SANE_Byte *data, long most, SANE_Int *length)
{
  SANE_Parameters real;
  true_parameters(scan, &real);
  bool is_endless = json_is_true(json_object_get(scan->page, "endless"));
  long left = (long) real.lines * real.bytes_per_line - scan->given;
  long piece = script_number(scan->page, "read_bytes", LONG_MAX);
  struct timespec delay = { 0, script_number(scan->page, "read_delay_ms", 0) * 1000000 };
  *length = 0;
  nanosleep(&delay, NULL);
  if (left <= 0 && !is_endless)
    return SANE_STATUS_EOF;
  if (scan->reads++ % 2 == 0 && json_is_true(json_object_get(scan->page, "empty_reads")))
    return SANE_STATUS_GOOD;
  if (piece < most)
    most = piece;
  if (left < most && !is_endless)
    most = left;
  for (long i = 0; i < most; i++)
    data[i] = byte_at(scan, &real, scan->given + i);
  scan->given += most;
  *length = (SANE_Int) most;
  return SANE_STATUS_GOOD;
}
