/** What a paper source can do, as the choices that people are given. */

const SOURCES = { flatbed: "Flatbed", feeder: "Feeder", "feeder-duplex": "Feeder, both sides" };
const MODES = { color: "Colour", gray: "Gray", bw: "Black/white" };
const USUAL_DPI = [75, 100, 150, 200, 300, 400, 600, 1200];
const SHORT_LIST = 10;
const DEFAULT_DPI = 300;
const SIZES_MM = {
  A3: [297, 420],
  A4: [210, 297],
  A5: [148, 210],
  A6: [105, 148],
  Letter: [215.9, 279.4],
  Legal: [215.9, 355.6],
};
/** Drivers round the glass down: a letter is put on glass of 215 mm. */
const TOLERANCE_MM = 3;

export function sources({ sources }) {
  return sources.map(({ source }) => [source, SOURCES[source]]);
}

export function modes({ modes }) {
  return modes.map((mode) => [mode, MODES[mode]]);
}

export function resolutions(source) {
  return dpis(source).map((dpi) => [String(dpi), `${dpi} dpi`]);
}

/** The offered resolution that is nearest to a usual one. */
export function defaultResolution(source) {
  const distance = (dpi) => Math.abs(dpi - DEFAULT_DPI);
  return String(dpis(source).sort((a, b) => distance(a) - distance(b))[0] ?? "");
}

export function sizes({ area_mm: area }) {
  const fits = ([width, height]) =>
    area !== null && width <= area.width + TOLERANCE_MM && height <= area.height + TOLERANCE_MM;
  const names = Object.keys(SIZES_MM).filter((name) => fits(SIZES_MM[name]));
  return [["", "Full area"], ...names.map((name) => [name, name])];
}

function dpis({ resolutions, resolution_range: range }) {
  if (range !== null) return USUAL_DPI.filter((dpi) => dpi >= range.min && dpi <= range.max);
  const usual = resolutions.filter((dpi) => USUAL_DPI.includes(dpi));
  return resolutions.length > SHORT_LIST && usual.length > 2 ? usual : [...resolutions];
}
