/** The least of 1, 2, 4, 5, 10, 20 … that is not under `peak`, and never under `least`: a scale that rarely jumps. */
export function ceiling(peak: number, least: number): number {
  if (!(peak > least) || !Number.isFinite(peak)) return least;
  const power = 10 ** Math.floor(Math.log10(peak));
  const step = [1, 2, 4, 5, 10].find((factor) => factor * power >= peak) ?? 10;
  return step * power;
}
