import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClassChange } from '../../shared/contract/library.ts';
import { ClassName, type Sha256 } from '../../shared/domain/ids.ts';
import { seededRandom } from '../../shared/math/random.ts';
import { listCountedClasses } from './classes.ts';
import { openDatabase } from './database.ts';
import { planClassChange, planExclusion, planLabel } from './edit-plans.ts';
import { MOST_EDITS, makeEdit, readHistory, redoEdit, undoEdit } from './edits.ts';
import { countBySide, findImage, insertImage, listImages } from './images.ts';
import { listPhotos } from './photos.ts';
import { datasetHash } from './sides.ts';
import { type ProjectDatabase, readRows } from './statements.ts';
import { makeImage, makeTestFolder, openTestDatabase, testNow } from './testing.ts';

const named = (name: string): ClassName => ClassName.parse(name);
const label = (database: ProjectDatabase, ids: readonly Sha256[], name: string | null) =>
  makeEdit(database, testNow(), () => planLabel(database, ids, name === null ? null : named(name)));
const change = (database: ProjectDatabase, wish: ClassChange) =>
  makeEdit(database, testNow(), () => planClassChange(database, wish));
const exclude = (database: ProjectDatabase, ids: readonly Sha256[], isExcluded: boolean) =>
  makeEdit(database, testNow(), () => planExclusion(database, ids, isExcluded));

function addPhotos(database: ProjectDatabase, count: number): Sha256[] {
  return Array.from({ length: count }, (_, index) => {
    const image = makeImage({ content: `photo ${index}`, className: null });
    insertImage(database, image);
    return image.imageId;
  });
}

type ModelClass = { readonly name: string; readonly colour: string | null };
type Model = {
  readonly classes: readonly ModelClass[];
  readonly labels: ReadonlyMap<string, string>;
  readonly excluded: ReadonlySet<string>;
};

/** What the project holds, as the model would say it. */
function read(database: ProjectDatabase): Model {
  const { photos } = listPhotos(database, { offset: 0, limit: 2000 });
  return {
    classes: listCountedClasses(database).map(({ name, colour }) => ({ name, colour })),
    labels: new Map(photos.flatMap(({ imageId, className }) => (className === null ? [] : [[imageId, className]]))),
    excluded: new Set(photos.filter(({ isExcluded }) => isExcluded).map(({ imageId }) => imageId)),
  };
}

const names = ['Tigger', 'Misty', 'neither', 'Felix'];
type Turn = { readonly random: () => number; readonly ids: readonly Sha256[] };

/** One random wish and what it makes of the model; the same model: nothing changes, or it is refused. */
function randomWish(model: Model, { random, ids }: Turn): { run: (database: ProjectDatabase) => void; next: Model } {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const some = ids.filter(() => random() < 0.3);
  const chosen = some.length === 0 ? [ids[0]!] : some;
  const name = pick(names);
  const at = model.classes.findIndex((row) => row.name === name);
  const kind = pick(['label', 'label', 'unlabel', 'exclude', 'add', 'rename', 'recolour', 'move', 'remove']);
  if (kind === 'label' || kind === 'unlabel') return labelWish(model, chosen, kind === 'label' ? name : null);
  if (kind === 'exclude') return exclusionWish(model, chosen, random() < 0.5);
  const refused = { run: (database: ProjectDatabase) => expect(() => change(database, wish)).toThrow(), next: model };
  const wish = classWish(kind, name, { to: pick(names), colour: pick([null, '#aabbcc']), position: pick([0, 1, 2]) });
  const run = (database: ProjectDatabase) => void change(database, wish);
  const others = model.classes.filter((row) => row.name !== name);
  const put = (row: ModelClass, position: number) => [...others.slice(0, position), row, ...others.slice(position)];
  if (wish.kind === 'add')
    return at >= 0 ? refused : { run, next: { ...model, classes: put({ name, colour: null }, others.length) } };
  const own = model.classes[at];
  if (own === undefined) return refused;
  switch (wish.kind) {
    case 'rename':
      if (wish.to !== name && model.classes.some((row) => row.name === wish.to)) return refused;
      return { run, next: renamed(model, name, wish.to) };
    case 'recolour':
      return { run, next: { ...model, classes: put({ name, colour: wish.colour }, at) } };
    case 'move':
      if (wish.position >= model.classes.length) return refused;
      return { run, next: { ...model, classes: put(own, wish.position) } };
    case 'remove':
      return {
        run,
        next: { ...model, classes: others, labels: new Map([...model.labels].filter(([, of]) => of !== name)) },
      };
  }
}

function classWish(
  kind: string,
  name: string,
  { to, colour, position }: { to: string; colour: string | null; position: number },
): ClassChange {
  if (kind === 'rename') return { kind, name: named(name), to: named(to) };
  if (kind === 'recolour') return { kind, name: named(name), colour };
  if (kind === 'move') return { kind, name: named(name), position };
  return { kind: kind === 'add' ? 'add' : 'remove', name: named(name) };
}

function labelWish(model: Model, chosen: readonly Sha256[], to: string | null) {
  const labels = new Map(model.labels);
  for (const id of chosen) {
    if (to === null) labels.delete(id);
    else labels.set(id, to);
  }
  const isNew = to !== null && !model.classes.some((row) => row.name === to);
  const classes = isNew ? [...model.classes, { name: to, colour: null }] : model.classes;
  return { run: (database: ProjectDatabase) => void label(database, chosen, to), next: { ...model, classes, labels } };
}

function exclusionWish(model: Model, chosen: readonly Sha256[], isExcluded: boolean) {
  const excluded = new Set(model.excluded);
  for (const id of chosen) {
    if (isExcluded) excluded.add(id);
    else excluded.delete(id);
  }
  return {
    run: (database: ProjectDatabase) => void exclude(database, chosen, isExcluded),
    next: { ...model, excluded },
  };
}

function renamed(model: Model, from: string, to: string): Model {
  const of = (name: string): string => (name === from ? to : name);
  return {
    ...model,
    classes: model.classes.map((row) => ({ ...row, name: of(row.name) })),
    labels: new Map([...model.labels].map(([id, name]) => [id, of(name)])),
  };
}

const isSame = (first: Model, second: Model): boolean =>
  JSON.stringify([first.classes, [...first.labels].sort(), [...first.excluded].sort()]) ===
  JSON.stringify([second.classes, [...second.labels].sort(), [...second.excluded].sort()]);

describe('edits', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'any sequence of edits, undos, redos and reopens equals a simple model (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const file = path.join(makeTestFolder(), 'thaw.sqlite');
      let database = openDatabase(file, { now: testNow }).database;
      onTestFinished(() => void database.close());
      const ids = addPhotos(database, 12);
      const past: Model[] = [];
      let now: Model = read(database);
      let future: Model[] = [];
      for (let turn = 0; turn < 120; turn += 1) {
        const dice = random();
        if (dice < 0.25) {
          expect(undoEdit(database).done === null).toBe(past.length === 0);
          const before = past.pop();
          if (before !== undefined) {
            future.unshift(now);
            now = before;
          }
        } else if (dice < 0.42) {
          expect(redoEdit(database).done === null).toBe(future.length === 0);
          const after = future.shift();
          if (after !== undefined) {
            past.push(now);
            now = after;
          }
        } else if (dice < 0.47) {
          database.close();
          database = openDatabase(file, { now: testNow }).database;
        } else {
          const { run, next } = randomWish(now, { random, ids });
          run(database);
          if (!isSame(next, now)) {
            past.push(now);
            now = next;
            future = [];
          }
        }
        expect(read(database)).toEqual(now);
        const { undo, redo } = readHistory(database);
        expect([undo === null, redo === null]).toEqual([past.length === 0, future.length === 0]);
      }
      expect(past.length).toBeGreaterThan(5);
    },
  );

  it('say what they were, for the menu', () => {
    const database = openTestDatabase();
    const ids = addPhotos(database, 3);
    expect(label(database, ids, 'Misty').undo).toEqual({ kind: 'label', photos: 3, className: 'Misty' });
    expect(label(database, ids, 'Misty').undo).toEqual({ kind: 'label', photos: 3, className: 'Misty' }); // nothing new
    expect(exclude(database, [ids[0]!], true).undo).toEqual({ kind: 'exclude', photos: 1, className: null });
    expect(undoEdit(database)).toEqual({
      done: { kind: 'exclude', photos: 1, className: null },
      history: {
        undo: { kind: 'label', photos: 3, className: 'Misty' },
        redo: { kind: 'exclude', photos: 1, className: null },
      },
    });
  });

  it('give labelled photos a side, and a change of the label keeps it', () => {
    const database = openTestDatabase();
    const ids = addPhotos(database, 40);
    label(database, ids.slice(0, 20), 'Tigger');
    label(database, ids.slice(20), 'Misty');
    const sides = () => new Map(listImages(database).map(({ imageId, side }) => [imageId, side]));
    const before = sides();
    expect(new Set(before.values())).toEqual(new Set(['train', 'val', 'test']));
    label(database, ids.slice(0, 5), 'Misty');
    undoEdit(database);
    expect(sides()).toEqual(before);
  });

  it('change the dataset hash with a label, and bring it back with undo', () => {
    const database = openTestDatabase();
    const ids = addPhotos(database, 4);
    label(database, ids, 'Tigger');
    const before = datasetHash(database);
    label(database, [ids[0]!], 'Misty');
    expect(datasetHash(database)).not.toBe(before);
    undoEdit(database);
    expect(datasetHash(database)).toBe(before);
  });

  it('leave photos that were taken out of every list that is learnt from', () => {
    const database = openTestDatabase();
    const ids = addPhotos(database, 4);
    label(database, ids, 'Tigger');
    const before = datasetHash(database);
    exclude(database, [ids[0]!], true);
    expect(listImages(database).map(({ imageId }) => imageId)).toEqual(ids.slice(1).sort());
    expect(countBySide(database).reduce((sum, { photos }) => sum + photos, 0)).toBe(3);
    expect(listCountedClasses(database)[0]?.photos).toBe(3);
    expect(datasetHash(database)).not.toBe(before);
    expect(listPhotos(database, { offset: 0, limit: 10 }).total).toBe(4);
  });

  it('are refused for a photo that is not there, and nothing changes', () => {
    const database = openTestDatabase();
    const [known] = addPhotos(database, 1);
    const stranger = makeImage({ content: 'stranger' }).imageId;
    expect(() => label(database, [known!, stranger], 'Tigger')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(findImage(database, known!)?.className).toBeNull();
    expect(listCountedClasses(database)).toEqual([]);
    expect(readHistory(database)).toEqual({ undo: null, redo: null });
  });

  it('are kept up to a number, the newest ones', () => {
    const database = openTestDatabase();
    const [id] = addPhotos(database, 1);
    for (let turn = 0; turn < MOST_EDITS + 5; turn += 1) label(database, [id!], turn % 2 === 0 ? 'Tigger' : 'Misty');
    const [{ kept, first }] = readRows<{ kept: number; first: number }>(
      database,
      'SELECT count(*) AS kept, min(id) AS first FROM edit',
    ) as [{ kept: number; first: number }];
    expect([kept, first]).toEqual([MOST_EDITS, 6]);
  });

  it('of a class that an import filled meanwhile leave it there', () => {
    const database = openTestDatabase();
    change(database, { kind: 'add', name: named('Tigger') });
    insertImage(database, makeImage({ content: 'a', className: 'Tigger' }));
    undoEdit(database);
    expect(listCountedClasses(database)).toEqual([{ name: 'Tigger', colour: null, photos: 1 }]);
  });
});
