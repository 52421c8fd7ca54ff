type Triple = readonly [number, number, number];

/** CSS gradient along a principal axis of RGB (0 to 1): from two deviations below the mean to two above. */
export function axisGradient(mean: Triple, axis: Triple, eigenvalue: number): string {
  const reach = 2 * Math.sqrt(Math.max(0, eigenvalue));
  const at = (side: number): string => {
    const [red, green, blue] = mean.map((value, channel) =>
      Math.round(255 * Math.min(1, Math.max(0, value + side * reach * axis[channel]!))),
    );
    return `rgb(${red}, ${green}, ${blue})`;
  };
  return `linear-gradient(90deg, ${at(-1)}, ${at(0)}, ${at(1)})`;
}
