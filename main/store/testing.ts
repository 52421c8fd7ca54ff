import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { ClassName, Sha256, type SplitSide } from '../../shared/domain/ids.ts';
import { openDatabase } from './database.ts';
import type { NewImage } from './images.ts';
import type { ProjectDatabase } from './statements.ts';

export const testNow = (): Date => new Date('2026-03-01T12:00:00.000Z');

/** A folder of its own for one test, removed when that ends. */
export function makeTestFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thaw-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A fresh project database on the disk, closed when the test ends. */
export function openTestDatabase(): ProjectDatabase {
  const { database } = openDatabase(path.join(makeTestFolder(), 'thaw.sqlite'), { now: testNow });
  onTestFinished(() => {
    database.close();
  });
  return database;
}

type ImageWish = {
  readonly content: string;
  readonly className?: string | null;
  readonly groupId?: string;
  readonly side?: SplitSide;
  readonly sourcePath?: string;
};

/** A photo whose id is the hash of `content`. */
export function makeImage(wish: ImageWish): NewImage {
  const imageId = Sha256.parse(createHash('sha256').update(wish.content).digest('hex'));
  return {
    imageId,
    fileBytes: 1000,
    format: 'jpeg',
    widthPixels: 640,
    heightPixels: 480,
    className: wish.className === null ? null : ClassName.parse(wish.className ?? 'Tigger'),
    groupId: wish.groupId ?? imageId,
    side: wish.side ?? null,
    importedAt: testNow().toISOString(),
    copied: true,
    sourcePath: wish.sourcePath ?? `/photos/${wish.content}.jpg`,
  };
}
