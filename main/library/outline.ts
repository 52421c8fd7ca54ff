/** Short descriptions of a look (32 x 32 grey), by which candidates for near duplicates are found. */
const SIDE = 32;
const FREQUENCIES = 6; // 0 to 5 halves of a period, in each direction

/** basis[u][x]: the cosines of the discrete cosine transform (type II). */
const basis = Array.from({ length: FREQUENCIES }, (_, u) =>
  Float64Array.from({ length: SIDE }, (__, x) => Math.cos((Math.PI * u * (2 * x + 1)) / (2 * SIDE))),
);

/**
 * The outline of a picture: its lowest cosine coefficients but the mean, each weighed by its frequency, since in photos the
 * coefficients fall with it; length 1, so that contrast and exposure drop out. All 0 for an even picture. [35]
 */
export function outlineOf(look: Uint8Array): Float32Array {
  const across = basis.map((cosines) =>
    Float64Array.from({ length: SIDE }, (_, y) => {
      let sum = 0;
      for (let x = 0; x < SIDE; x += 1) sum += cosines[x]! * look[y * SIDE + x]!;
      return sum;
    }),
  );
  const outline = new Float32Array(FREQUENCIES * FREQUENCIES - 1);
  for (let at = 0; at < outline.length; at += 1) {
    const [u, v] = [(at + 1) % FREQUENCIES, Math.floor((at + 1) / FREQUENCIES)];
    const evenness = u === 0 || v === 0 ? Math.SQRT1_2 : 1;
    const coefficient = across[u]!.reduce((sum, value, y) => sum + basis[v]![y]! * value, 0);
    outline[at] = coefficient * evenness * Math.hypot(u, v);
  }
  return unitLength(outline);
}

/** The vector at length 1; all 0 where it has no direction. */
export function unitLength(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length < 1e-6 ? new Float32Array(vector.length) : vector.map((value) => value / length);
}
