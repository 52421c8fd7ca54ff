/** One picture as SVG text. */
import { type Random, seededRandom } from '../../shared/math/random.ts';
import { backgrounds } from './backgrounds.ts';
import { blurFilter, type Canvas, createCanvas, group, HEIGHT_PX, WIDTH_PX } from './canvas.ts';
import { coats } from './coats.ts';
import { between, num, type Point } from './geometry.ts';
import { lightBehind, lightOver, subjectTone } from './light.ts';
import { occluders } from './occluders.ts';
import { poses } from './poses.ts';
import type { Picture, Subject } from './scenes.ts';
import { type Thing, things } from './things.ts';

/** How large a subject is drawn, and how wide it then is, in its own units. */
const EXTENT = {
  sitting: { scale: 1.22, width: 130 },
  behind: { scale: 1.22, width: 130 },
  lying: { scale: 1.35, width: 200 },
  walking: { scale: 1.12, width: 190 },
  curled: { scale: 1.45, width: 180 },
  stretched: { scale: 1.2, width: 250 },
  face: { scale: 1.5, width: 170 },
  thing: { scale: 1.15, width: 170 },
  narrowThing: { scale: 1.15, width: 84 },
} as const;

const NARROW_THINGS: ReadonlySet<Thing> = new Set(['plant', 'cactus', 'bird', 'wool', 'teddy']);

type Placement = { readonly foot: Point; readonly scale: number; readonly tilt: number; readonly flip: 1 | -1 };

/** The same picture for the same seed; the frames of a burst differ by a hand's tremble. */
export function composeSvg(picture: Picture): string {
  const { scene, seed, frame } = picture;
  const canvas = createCanvas(seededRandom(seed));
  const background = backgrounds[scene.place](canvas);
  const extent = EXTENT[extentOf(scene.subject)];
  const placement = place(canvas.random, picture, background.groundY, extent.scale);
  const { foot, scale, tilt, flip } = placement;
  const drawn = drawSubject(canvas, scene.subject, scene.light === 'day' ? 0.25 : 0.85);
  const turn = `translate(${num(foot[0])},${num(foot[1])}) rotate(${num(tilt)}) scale(${(scale * flip).toFixed(3)},${scale.toFixed(3)})`;
  const subject = group(group(drawn, `transform="${turn}"`), subjectTone(canvas, scene.light));
  const isClose = scene.subject.kind === 'animal' && scene.subject.pose === 'face';
  const depth = isClose ? 2.2 : between(canvas.random, 0.2, 1.1); // what lies behind is a little out of focus
  const layers = [
    group(background.svg, `filter="${blurFilter(canvas, depth)}"`),
    lightBehind(canvas, scene.light, foot, extent.width * scale),
    subject,
    scene.twist.front === undefined ? '' : occluders[scene.twist.front](canvas, foot),
  ].join('');
  const view = group(layers, `transform="${camera(canvas.random, seed * 31 + frame)}"`);
  return document(canvas, view + lightOver(canvas, scene.light));
}

/** A camera held by hand: a little nearer and askew by the picture's seed, and trembling by the frame's. */
function camera(random: Random, frameSeed: number): string {
  const tremble = seededRandom(frameSeed);
  const zoom = between(random, 1.14, 1.26);
  const slack = (zoom - 1.13) * 160;
  const x = WIDTH_PX / 2 + between(random, -slack, slack) + between(tremble, -2, 2);
  const y = HEIGHT_PX / 2 + between(random, -slack, slack) * 0.5 + between(tremble, -2, 2);
  const turn = between(random, -2.2, 2.2) + between(tremble, -0.4, 0.4);
  return `translate(${num(x)},${num(y)}) rotate(${turn.toFixed(2)}) scale(${zoom.toFixed(3)}) translate(${-WIDTH_PX / 2},${-HEIGHT_PX / 2})`;
}

function extentOf(subject: Subject): keyof typeof EXTENT {
  if (subject.kind === 'animal') return subject.pose;
  return NARROW_THINGS.has(subject.thing) ? 'narrowThing' : 'thing';
}

function place(random: Random, picture: Picture, groundY: number, usualScale: number): Placement {
  const { size = 1, shift } = picture.scene.twist;
  const isFace = picture.scene.subject.kind === 'animal' && picture.scene.subject.pose === 'face';
  const scale = usualScale * size * between(random, 0.74, 0.95);
  const x = WIDTH_PX / 2 + (shift ?? between(random, -48, 48));
  const y = isFace ? HEIGHT_PX + between(random, -64, -24) : groundY + between(random, -8, 18) - (size < 1 ? 26 : 0);
  return { foot: [x, y], scale, tilt: between(random, -2.5, 2.5), flip: random() < 0.5 ? -1 : 1 };
}

function drawSubject(canvas: Canvas, subject: Subject, pupil: number): string {
  switch (subject.kind) {
    case 'animal':
      return poses[subject.pose](canvas, coats[subject.coat], { pupil });
    case 'thing':
      return things[subject.thing](canvas);
  }
}

function document(canvas: Canvas, content: string): string {
  const box = `width="${WIDTH_PX}" height="${HEIGHT_PX}" viewBox="0 0 ${WIDTH_PX} ${HEIGHT_PX}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}><defs>${canvas.definitions.join('')}</defs>${content}</svg>`;
}
