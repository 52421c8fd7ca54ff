import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import type { Photo } from '../../../shared/contract/library.ts';
import { ClassName, Sha256 } from '../../../shared/domain/ids.ts';
import { showAtOnce } from './use-photos.ts';

it('a list that was asked for before a photo was labelled does not take the label back for a moment', async () => {
  const imageId = Sha256.parse('a'.repeat(64));
  const className = ClassName.parse('Tigger');
  const unlabelled = [{ imageId, className: null } as Photo];
  const answers: ((photos: readonly Photo[]) => void)[] = [];
  const queries = new QueryClient();
  const shown: (string | null | undefined)[] = [];
  const observer = new QueryObserver<readonly Photo[]>(queries, {
    queryKey: ['library.photos'],
    queryFn: () => new Promise((resolve) => answers.push(resolve)),
  });
  const stop = observer.subscribe(({ data }) => void shown.push(data?.[0]?.className));
  answers[0]!(unlabelled);
  await expect.poll(() => shown.at(-1)).toBe(null);
  void queries.invalidateQueries(); // an earlier change was told
  await expect.poll(() => answers.length).toBe(2);
  showAtOnce(queries, [imageId], { className });
  answers[1]!(unlabelled);
  await expect.poll(() => queries.isFetching()).toBe(0);
  void queries.invalidateQueries(); // the label was told
  await expect.poll(() => answers.length).toBe(3);
  answers[2]!([{ imageId, className } as Photo]);
  await expect.poll(() => queries.isFetching()).toBe(0);
  stop();
  const labelled = shown.slice(shown.indexOf(className));
  expect(new Set(labelled)).toEqual(new Set([className]));
});
