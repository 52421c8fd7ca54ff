/** Which crops of a photo a network is asked about at test time: the named sets, a grid of one's own, positions spread over the photo. */
import { z } from 'zod';

const MOST_VIEWS = 256;
const STEPS = 10_000; // of a view's place between one end and the other
const WHOLE = 100; // percent: the network's own short side

/** The short side that the photo is resized to before it is cropped, in percent of the network's own; rising. */
const ScalesPercent = z
  .array(z.int().min(50).max(400))
  .min(1)
  .max(8)
  .refine((scales) => scales.every((scale, at) => at === 0 || scale > scales[at - 1]!), 'scales must rise');

const common = { version: z.literal(1).default(1), scalesPercent: ScalesPercent, mirror: z.boolean() } as const;

/** Views of one's own. Each place is looked at in every scale, and mirrored as well where `mirror` says so. */
export const OwnViews = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...common,
      kind: z.literal('grid'),
      columns: z.int().min(1).max(16),
      rows: z.int().min(1).max(16),
    }),
    z.strictObject({ ...common, kind: z.literal('positions'), positions: z.int().min(1).max(MOST_VIEWS) }),
  ])
  .refine((views) => countOf(views) <= MOST_VIEWS, `at most ${MOST_VIEWS} crops of a photo`);
export type OwnViews = z.infer<typeof OwnViews>;

type PlaceName = 'centre' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';

/** What a crop is called: in files' names (at most 32 characters of a-z, 0-9, '.' and '-') and in cache keys. */
export type ViewId = `${PlaceName | `s${number}-x${number}-y${number}`}${'' | '.mirror'}`;

/** One crop: its place between left and right, top and bottom, in ten-thousandths (0: at the edge, 5000: in the middle). */
export type View = {
  readonly id: ViewId;
  readonly scalePercent: number;
  readonly across: number;
  readonly down: number;
  readonly mirrored: boolean;
};

type Place = Pick<View, 'across' | 'down'>;

const namedPlaces: readonly (Place & { readonly name: PlaceName })[] = [
  { name: 'centre', across: STEPS / 2, down: STEPS / 2 },
  { name: 'top-left', across: 0, down: 0 },
  { name: 'top-right', across: STEPS, down: 0 },
  { name: 'bottom-left', across: 0, down: STEPS },
  { name: 'bottom-right', across: STEPS, down: STEPS },
];

export const NamedViewSet = z.enum(['centre', 'mirror', 'ten-crop']);
export type NamedViewSet = z.infer<typeof NamedViewSet>;

/** What a text may be: 'centre', 'grid:3x3', 'grid:3x3@100,125', 'positions:16@100,125+mirror'. */
export const viewSetHelp =
  'centre, mirror, ten-crop, grid:3x3 (columns x rows) or positions:16, the latter two with @100,125 (scales in percent) and +mirror';

const OwnViewSet = z.custom<`grid:${string}` | `positions:${string}`>(
  (text) => typeof text === 'string' && parseOwnViews(text) !== null,
  `a view set is ${viewSetHelp}; at most ${MOST_VIEWS} crops, scales rising from 50 to 400`,
);

/** Which crops of a photo are looked at, as a text: stored, compared and written as it stands. There is one text for each set. */
export const ViewSet = z.union([NamedViewSet, OwnViewSet]);
export type ViewSet = z.infer<typeof ViewSet>;

/** The crops of a set, place by place: a set of more positions begins with those of fewer. */
export function viewsOf(set: ViewSet): readonly View[] {
  switch (set) {
    case 'centre':
      return lookAt([namedPlaces[0]!], { scalesPercent: [WHOLE], mirror: false });
    case 'mirror':
      return lookAt([namedPlaces[0]!], { scalesPercent: [WHOLE], mirror: true });
    case 'ten-crop': // Krizhevsky et al. 2012, sec. 4.1
      return lookAt(namedPlaces, { scalesPercent: [WHOLE], mirror: true });
    default: {
      const own = parseOwnViews(set);
      if (own === null) throw new RangeError(`'${set}' is no view set.`);
      return lookAt(placesOf(own), own);
    }
  }
}

/** The text of a set of one's own. */
export function viewSetText(views: OwnViews): ViewSet {
  const { scalesPercent: scales, mirror } = views;
  const places = views.kind === 'grid' ? `grid:${views.columns}x${views.rows}` : `positions:${views.positions}`;
  const isPlain = scales.length === 1 && scales[0] === WHOLE;
  return ViewSet.parse(`${places}${isPlain ? '' : `@${scales.join(',')}`}${mirror ? '+mirror' : ''}`);
}

const TEXT = /^(?:grid:(\d{1,2})x(\d{1,2})|positions:(\d{1,3}))(?:@(\d{2,3}(?:,\d{2,3}){0,7}))?(\+mirror)?$/;

/** null: not the text of a set, or not in its one form. */
function parseOwnViews(text: string): OwnViews | null {
  const match = TEXT.exec(text);
  if (match === null || text.includes(`@${WHOLE}+`) || text.endsWith(`@${WHOLE}`)) return null;
  const [, columns, rows, positions, scales = String(WHOLE), mirror] = match;
  if ([columns, rows, positions, ...scales.split(',')].some((number) => number?.startsWith('0'))) return null;
  const looks = { scalesPercent: scales.split(',').map(Number), mirror: mirror !== undefined };
  const parsed = OwnViews.safeParse(
    positions === undefined
      ? { kind: 'grid', columns: Number(columns), rows: Number(rows), ...looks }
      : { kind: 'positions', positions: Number(positions), ...looks },
  );
  return parsed.success ? parsed.data : null;
}

type Counted = { readonly scalesPercent: readonly number[]; readonly mirror: boolean } & (
  | { readonly kind: 'grid'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'positions'; readonly positions: number }
);

function countOf(views: Counted): number {
  const places = views.kind === 'grid' ? views.columns * views.rows : views.positions;
  return places * views.scalesPercent.length * (views.mirror ? 2 : 1);
}

/** Grid: evenly from edge to edge, row by row; a single column or row is the middle one. */
function placesOf(views: OwnViews): readonly Place[] {
  if (views.kind === 'positions') return Array.from({ length: views.positions }, (_, at) => spread(at));
  const { columns, rows } = views;
  const along = (at: number, count: number): number =>
    count === 1 ? STEPS / 2 : Math.round((STEPS * at) / (count - 1));
  return Array.from({ length: columns * rows }, (_, at) => ({
    across: along(at % columns, columns),
    down: along(Math.floor(at / columns), rows),
  }));
}

// 1 / g and 1 / g^2, where g^3 = g + 1: the plane's counterpart of the golden section
const ACROSS_STEP = 0.7548776662466927;
const DOWN_STEP = 0.5698402909980532;

/** Position `at` of a sequence that begins in the middle and fills the photo evenly however long it gets. Roberts 2018, the R2 sequence. */
function spread(at: number): Place {
  const along = (step: number): number => Math.round(STEPS * ((0.5 + at * step) % 1));
  return { across: along(ACROSS_STEP), down: along(DOWN_STEP) };
}

/** Each place in all scales, each of these with its mirror image behind it. */
function lookAt(
  places: readonly Place[],
  { scalesPercent, mirror }: Pick<OwnViews, 'scalesPercent' | 'mirror'>,
): readonly View[] {
  const sides = mirror ? [false, true] : [false];
  return places.flatMap(({ across, down }) =>
    scalesPercent.flatMap((scalePercent) => {
      const name = nameOf({ scalePercent, across, down });
      return sides.map(
        (mirrored): View => ({ id: mirrored ? `${name}.mirror` : name, scalePercent, across, down, mirrored }),
      );
    }),
  );
}

/** The named places keep their names, so that a grid shares what was computed for them. */
function nameOf({ scalePercent, across, down }: Omit<View, 'id' | 'mirrored'>) {
  const named = namedPlaces.find((place) => place.across === across && place.down === down);
  if (scalePercent === WHOLE && named !== undefined) return named.name;
  return `s${scalePercent}-x${across}-y${down}` as const;
}

/** The crop of that name. */
export function viewOfId(id: ViewId): View {
  const mirrored = id.endsWith('.mirror');
  const name = id.replace('.mirror', '');
  const named = namedPlaces.find((place) => place.name === name);
  if (named !== undefined) return { id, scalePercent: WHOLE, across: named.across, down: named.down, mirrored };
  const [, scale, across, down] = /^s(\d+)-x(\d+)-y(\d+)$/.exec(name) ?? [];
  if (scale === undefined) throw new RangeError(`'${id}' is no view.`);
  return { id, scalePercent: Number(scale), across: Number(across), down: Number(down), mirrored };
}

/** Where a crop begins along one side, in pixels: `place` of the way, rounded, ties to the even one as torchvision's CenterCrop. */
export function cropStart(place: number, room: number): number {
  const exact = place * room;
  const floor = Math.floor(exact / STEPS);
  const rest = exact - floor * STEPS;
  if (rest === STEPS / 2) return floor % 2 === 0 ? floor : floor + 1;
  return rest < STEPS / 2 ? floor : floor + 1;
}
