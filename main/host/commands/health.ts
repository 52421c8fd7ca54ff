import { AppError } from '../../../shared/contract/errors.ts';
import type { HealthReport, PhotoGroup } from '../../../shared/contract/library.ts';
import type { SplitSide } from '../../../shared/domain/ids.ts';
import { listClasses } from '../../store/classes.ts';
import {
  countGroupsByClass,
  countRepeatedSources,
  type GroupMember,
  listBridges,
  listBurstGroups,
  listGroupMembers,
  listLabelConflicts,
} from '../../store/groups.ts';
import { listImages } from '../../store/images.ts';
import { planSides } from '../../store/sides.ts';
import { chooseSelection, type FitImage, requireFitDataset } from '../fit-dataset.ts';
import type { Session } from '../session.ts';

const MOST_ROWS = 500; // of each list; beyond that nobody reads on
const FEW_PHOTOS = 20; // of the smallest class: an accuracy on its share of the test side says next to nothing
const IMBALANCE = 10; // times as many photos

type Problem = HealthReport['problems'][number];

/** What a person should know before training; photos without a side are counted where the split would put them. */
export function showHealth(session: Session): HealthReport {
  const { database } = session.project;
  const names = listClasses(database).map(({ name }) => name);
  const planned = planSides(database);
  const photos = listImages(database).map(({ className, groupId, side }) => ({
    label: className === null ? null : names.indexOf(className),
    groupId,
    side: side ?? planned.get(groupId) ?? null,
  }));
  const groupCounts = countGroupsByClass(database);
  const classes = names.map((name, label) => ({
    name,
    ...countSides(photos.filter((photo) => photo.label === label)),
    groups: groupCounts.get(name) ?? 0,
  }));
  const groups = listGroups(session);
  return {
    classes,
    unlabelled: photos.filter(({ label }) => label === null).length,
    exactDuplicates: countRepeatedSources(database),
    groups: groups.slice(0, MOST_ROWS),
    groupCount: groups.length,
    conflicts: listLabelConflicts(database)
      .slice(0, MOST_ROWS)
      .map(({ first, second, firstClass, secondClass }) => ({
        imageIds: [first, second],
        classes: [firstClass, secondClass],
      })),
    bridges: listBridges(database)
      .slice(0, MOST_ROWS)
      .map(({ first, second, firstSide, secondSide }) => ({
        imageIds: [first, second],
        sides: [firstSide, secondSide],
      })),
    trainable: isTrainable(names, photos),
    problems: findProblems(classes),
  };
}

function countSides(photos: readonly FitImage[]): Record<SplitSide, number> {
  const count = (side: SplitSide): number => photos.filter((photo) => photo.side === side).length;
  return { train: count('train'), val: count('val'), test: count('test') };
}

/** By the very checks that a training starts with. */
function isTrainable(names: readonly string[], photos: readonly FitImage[]): boolean {
  const learnt = photos.filter(({ label, side }) => label !== null && (side === 'train' || side === 'val'));
  try {
    requireFitDataset(names, learnt);
    chooseSelection(learnt, names);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'DATASET_UNFIT') return false;
    throw error;
  }
}

function findProblems(classes: HealthReport['classes']): Problem[] {
  if (classes.length === 0) return ['no-classes'];
  const counts = classes.map(({ train, val, test }) => train + val + test);
  const filled = counts.filter((count) => count > 0);
  if (filled.length === 0) return ['no-classes'];
  const problems: Problem[] = [];
  if (filled.length === 1) problems.push('one-class');
  if (classes.some(({ train }) => train === 0)) problems.push('class-empty');
  if (classes.some(({ groups }) => groups === 1)) problems.push('class-of-one');
  if (Math.max(...filled) >= IMBALANCE * Math.min(...filled)) problems.push('imbalance');
  if (Math.min(...filled) < FEW_PHOTOS) problems.push('few-photos');
  return problems;
}

/** The largest first. */
function listGroups({ project: { database } }: Session): PhotoGroup[] {
  const bursts = listBurstGroups(database);
  const byGroup = Map.groupBy(listGroupMembers(database), ({ groupId }) => groupId);
  return [...byGroup]
    .map(([groupId, members]) => toGroup(members, bursts.has(groupId) ? 'burst' : 'near-duplicate'))
    .sort((a, b) => b.imageIds.length - a.imageIds.length || (a.groupId < b.groupId ? -1 : 1));
}

function toGroup(members: readonly GroupMember[], kind: PhotoGroup['kind']): PhotoGroup {
  return {
    groupId: members[0]!.groupId,
    kind,
    imageIds: members.map(({ imageId }) => imageId),
    classes: [...new Set(members.flatMap(({ className }) => className ?? []))],
    side: members.find(({ side }) => side !== null)?.side ?? null,
  };
}
