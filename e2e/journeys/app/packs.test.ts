/** A project taken along as one file: refused where it is damaged, taken in by path and by dropping, and made. In both ways. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAccessibilityFaults } from '../../fixtures/accessibility.ts';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { dropFiles } from '../../fixtures/drop-files.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { thawJson } from '../../fixtures/thaw-command.ts';
import { AppPage } from '../../pages/app-page.ts';
import { SettingsPage } from '../../pages/settings-page.ts';

const PACK_MS = 600_000;
const SHARED = 2; // photos that both projects have

describe.each(waysToRun('packs'))('a pack in $name', ({ why, launch }) => {
  describe.skipIf(why !== null)('of another project', () => {
    let there: TestProject;
    let here: TestProject;
    let run: AppRun;
    let pack: string;
    beforeAll(async () => {
      there = await makeProject({ Misty: [0, 4], Tigger: [21, 25] });
      here = await makeProject({ Misty: [4 - SHARED, 6] });
      pack = join(there.root, 'cats.thawpack');
      await thawJson('pack', '--output', pack, '--project', there.project);
      run = await launch({ project: here.project });
      await new AppPage(run.page()).goTo('Settings');
    }, PACK_MS);
    afterAll(async () => {
      await run?.close();
      there?.remove();
      here?.remove();
    });
    const settings = (): SettingsPage => new SettingsPage(run.page());

    it(
      'is refused by name where a byte of a photo was changed, and nothing of it is taken',
      async () => {
        const damaged = join(there.root, 'damaged.thawpack');
        const bytes = readFileSync(pack);
        const [photo = ''] = readdirSync(join(there.photos, 'Tigger'));
        bytes[bytes.indexOf(readFileSync(join(there.photos, 'Tigger', photo))) + 1000]! ^= 1; // one that is not here
        writeFileSync(damaged, bytes);
        await settings().importPack(damaged);
        await settings().packFailure.filter({ hasText: 'damaged.thawpack' }).waitFor({ timeout: PACK_MS });
        await new AppPage(run.page()).facts.getByText(/^4 photos/).waitFor();
      },
      PACK_MS,
    );

    it(
      'brings its photos with their labels, and says which were here already',
      async () => {
        await settings().importPack(pack);
        const told = settings().packStatus;
        await told.getByText(`New here: photos: ${8 - SHARED}, runs: 0.`).waitFor({ timeout: PACK_MS });
        expect(await told.innerText()).toContain(`Here already: photos: ${SHARED}, runs: 0.`);
        expect(await findAccessibilityFaults(run.page())).toEqual([]);
        await new AppPage(run.page()).facts.getByText(/^10 photos/).waitFor();
        const { classes } = await askContract(run.page(), 'project.summary', {});
        expect(classes.map(({ name, train, val, test }) => [name, train + val + test])).toEqual([
          ['Misty', 6],
          ['Tigger', 4],
        ]);
      },
      PACK_MS,
    );

    it(
      'is taken in when it is dropped on the window, and changes nothing the second time',
      async () => {
        const app = new AppPage(run.page());
        await app.goTo('Photos');
        await dropFiles(run.page(), [pack]);
        await settings().packStatus.getByText('New here: photos: 0, runs: 0.').waitFor({ timeout: PACK_MS });
        await app.facts.getByText(/^10 photos/).waitFor();
      },
      PACK_MS,
    );

    it(
      'is made of this project in a browser where the path is typed, and not over a file that is there',
      async () => {
        if (run.way !== 'browser') return; // Electron asks by its own dialog: journeys/desktop
        const target = join(here.root, 'own.thawpack');
        await settings().exportProject(target);
        await settings().packStatus.getByText(`${target}: photos: 10, runs: 0`).waitFor({ timeout: PACK_MS });
        expect(existsSync(target)).toBe(true);
        const before = readFileSync(target);
        await settings().exportProject(target);
        await settings().packFailure.filter({ hasText: 'is there already' }).waitFor({ timeout: PACK_MS });
        expect(readFileSync(target).equals(before)).toBe(true);
      },
      PACK_MS,
    );
  });
});
