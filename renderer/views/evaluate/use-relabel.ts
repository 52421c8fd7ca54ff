import type { PhotoAnswer } from '../../../shared/contract/run-book.ts';
import { ClassName, type Sha256 } from '../../../shared/domain/ids.ts';
import { announce } from '../../lib/announce.ts';
import { useAction } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { offerUndo } from '../../lib/notify.tsx';
import { useFormat } from '../../lib/use-format.ts';
import { type Relabel, withRelabels } from './figures.ts';

export const NO_LABEL = '\u0000none'; // no class name has a control character

type Change = (old: ReadonlyMap<string, Relabel>) => ReadonlyMap<string, Relabel>;

/** Labels photos of one cell (all of one class so far) anew; a message offers the way back. */
export function useRelabel(
  classes: readonly string[],
  onRelabels: (change: Change) => void,
): (photos: readonly PhotoAnswer[], name: string) => void {
  const t = useText('evaluate');
  const format = useFormat();
  const label = useAction('library.label');
  return (photos, name) => {
    const imageIds: Sha256[] = photos.map(({ imageId }) => imageId);
    const className = name === NO_LABEL ? null : ClassName.parse(name);
    const old = ClassName.parse(classes[photos[0]!.truth]!);
    const place = classes.indexOf(name);
    const moved = (to: number | null): void =>
      onRelabels((relabels) =>
        withRelabels(
          relabels,
          photos.map(({ imageId, truth, answer }) => ({ imageId, from: truth, to, answer })),
        ),
      );
    const takeBack = (): void =>
      void label.mutateAsync({ imageIds, className: old }).then(() => {
        moved(classes.indexOf(old));
        announce(t('undone'));
      }, alreadyShown);
    const told = (): void => {
      moved(place < 0 ? null : place);
      const counted = { count: photos.length, shown: format.count(photos.length) };
      const text = className === null ? t('unlabelled', counted) : t('relabelled', { ...counted, name: className });
      announce(text);
      offerUndo(text, takeBack);
    };
    void label.mutateAsync({ imageIds, className }).then(told, alreadyShown); // also when the cell is empty and gone by then
  };
}

/** Takes photos of a cell out of everything: they stay in the project and teach nothing; a message offers the way back. */
export function useExclude(onRelabels: (change: Change) => void): (photos: readonly PhotoAnswer[]) => void {
  const t = useText('evaluate');
  const format = useFormat();
  const exclude = useAction('library.exclude');
  return (photos) => {
    const imageIds: Sha256[] = photos.map(({ imageId }) => imageId);
    const moved = (isOut: boolean): void =>
      onRelabels((relabels) =>
        withRelabels(
          relabels,
          photos.map(({ imageId, truth, answer }) => ({ imageId, from: truth, to: isOut ? null : truth, answer })),
        ),
      );
    const takeBack = (): void =>
      void exclude.mutateAsync({ imageIds, isExcluded: false }).then(() => {
        moved(false);
        announce(t('undone'));
      }, alreadyShown);
    void exclude.mutateAsync({ imageIds, isExcluded: true }).then(() => {
      moved(true);
      const text = t('excluded', { count: photos.length, shown: format.count(photos.length) });
      announce(text);
      offerUndo(text, takeBack);
    }, alreadyShown);
  };
}

function alreadyShown(): void {} // useAction shows failures
