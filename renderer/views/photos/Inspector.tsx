import { Button, Kbd } from '@mantine/core';
import type { ReactNode } from 'react';
import type { LabelClass, Photo } from '../../../shared/contract/library.ts';
import { classColour } from '../../lib/class-colours.ts';
import { findShell } from '../../lib/client/connection.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { mediaUrl } from '../../lib/media.ts';
import { useFormat } from '../../lib/use-format.ts';
import { ClassChip } from '../../parts/ClassChip.tsx';
import { PhotoTile } from '../../parts/PhotoTile.tsx';
import { Picture } from '../../parts/Picture.tsx';
import styles from './photos.module.css';

const MOST_ALIKE = 12;

type InspectorProps = {
  readonly photo: Photo | null;
  readonly chosen: readonly Photo[];
  readonly classes: readonly LabelClass[];
  readonly onExclude: (isExcluded: boolean) => void;
  readonly onPick: (imageId: string) => void;
};

/** One photo, large, and all that is known about it; of several what they are. */
export function Inspector({ photo, chosen, classes, onExclude, onPick }: InspectorProps) {
  const t = useText('photos');
  if (chosen.length > 1) return <Several chosen={chosen} classes={classes} onExclude={onExclude} />;
  if (photo === null) return <Nothing />;
  return (
    <>
      <BigPicture key={photo.imageId} photo={photo} />
      <Facts photo={photo} />
      {photo.groupSize > 1 && <Alike photo={photo} onPick={onPick} />}
      <Button size="compact-sm" variant="default" onClick={() => onExclude(!photo.isExcluded)}>
        {photo.isExcluded ? t('takeBack') : t('leaveOut')}
      </Button>
    </>
  );
}

/** Nothing is chosen: how to choose, and what can be done then. */
function Nothing() {
  const t = useText('photos');
  const keys = [
    ['←→', t('keyMove')],
    ['⇧ ←→', t('keyExtend')],
    ['1–9', t('keyLabelAny')],
    ['0', t('keyUnlabel')],
    ['U', t('keyUndo')],
  ] as const;
  return (
    <div className={styles.nothing}>
      <p className={styles.quiet}>{t('selectOne')}</p>
      <dl className={styles.keys}>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <Kbd size="xs">{key}</Kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

type SeveralProps = Pick<InspectorProps, 'chosen' | 'classes' | 'onExclude'>;

function Several({ chosen, classes, onExclude }: SeveralProps) {
  const t = useText('photos');
  const format = useFormat();
  const counted = { count: chosen.length, shown: format.count(chosen.length) };
  const isExcluded = chosen.every((photo) => photo.isExcluded);
  const countOf = (name: string | null): number => chosen.filter(({ className }) => className === name).length;
  const unlabelled = countOf(null);
  return (
    <>
      <h2 className={styles.partTitle}>{t('selectedPhotos', counted)}</h2>
      <div className={styles.alike} aria-hidden="true">
        {chosen.slice(0, MOST_ALIKE).map(({ imageId }) => (
          <PhotoTile key={imageId} imageId={imageId} alt="" sidePixels={56} />
        ))}
      </div>
      <ul className={styles.chosenClasses}>
        {classes.map(({ name, colour }, at) => {
          const count = countOf(name);
          if (count === 0) return null;
          return (
            <li key={name}>
              <ClassChip name={name} colour={classColour(at, colour)} note={format.count(count)} />
            </li>
          );
        })}
        {unlabelled > 0 && (
          <li>
            {t('unlabelled')} <span className={styles.sideCount}>{format.count(unlabelled)}</span>
          </li>
        )}
      </ul>
      <p className={styles.quiet}>{t('severalHint')}</p>
      <Button size="compact-sm" variant="default" onClick={() => onExclude(!isExcluded)}>
        {isExcluded ? t('takeBackAll', counted) : t('leaveOutAll', counted)}
      </Button>
    </>
  );
}

type PhotoProps = { readonly photo: Photo };

function BigPicture({ photo }: PhotoProps) {
  const view = useCommand('library.view', { imageId: photo.imageId });
  const src = view.data === undefined ? mediaUrl('thumb', photo.imageId) : mediaUrl('view', view.data.key);
  return (
    <div className={styles.bigPicture}>
      <Picture src={src} alt={photo.fileName} decoding="async" draggable={false} />
    </div>
  );
}

function Facts({ photo }: PhotoProps) {
  const t = useText('photos');
  const app = useText('app');
  const format = useFormat();
  const details = useCommand('library.photo', { imageId: photo.imageId }).data;
  const shell = findShell();
  const path = details?.paths[0];
  return (
    <dl className={styles.facts}>
      <Fact name={t('fileName')}>{photo.fileName}</Fact>
      <Fact name={t('label')}>{photo.className ?? t('noLabel')}</Fact>
      <Fact name={t('side')}>{photo.side === null ? t('sideOpen') : app(`sides.${photo.side}`)}</Fact>
      <Fact name={t('dimensions')}>{t('pixels', { width: photo.widthPixels, height: photo.heightPixels })}</Fact>
      <Fact name={t('format')}>
        {details === undefined ? '–' : `${details.format.toUpperCase()}, ${format.bytes(details.fileBytes)}`}
      </Fact>
      {details?.takenAt != null && <Fact name={t('taken')}>{format.dateTime(details.takenAt)}</Fact>}
      <Fact name={t('imported')}>{format.dateTime(details?.importedAt)}</Fact>
      {path !== undefined && (
        <Fact name={t('place')}>
          <span className={styles.path}>{path}</span>
          {shell !== null && (
            <Button size="compact-xs" variant="subtle" onClick={() => void shell.revealInFolder(path)}>
              {t('showFolder')}
            </Button>
          )}
        </Fact>
      )}
    </dl>
  );
}

type FactProps = { readonly name: string; readonly children: ReactNode };

function Fact({ name, children }: FactProps) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type AlikeProps = PhotoProps & Pick<InspectorProps, 'onPick'>;

function Alike({ photo, onPick }: AlikeProps) {
  const t = useText('photos');
  const format = useFormat();
  const details = useCommand('library.photo', { imageId: photo.imageId }).data;
  const others = (details?.groupMembers ?? []).filter((id) => id !== photo.imageId);
  return (
    <section>
      <p className={styles.quiet}>
        {t('sameGroup', { count: photo.groupSize - 1, shown: format.count(photo.groupSize - 1) })}
      </p>
      <div className={styles.alike}>
        {others.slice(0, MOST_ALIKE).map((id) => (
          <PhotoTile key={id} imageId={id} alt={t('photo')} sidePixels={56} onClick={() => onPick(id)} />
        ))}
      </div>
    </section>
  );
}
