/** A machine on which neither TensorFlow nor a graphics card can be used: it trains, slowly, and the window says so. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { type BrowserRun, launchBrowser, whyNoBrowser } from '../../fixtures/browser.ts';
import { ensureBuilt } from '../../fixtures/built-app.ts';
import { tellLeftOut } from '../../fixtures/left-out.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';
import { AppPage } from '../../pages/app-page.ts';

const without = fileURLToPath(new URL('../../fixtures/without-tensorflow.ts', import.meta.url));
const WORK_MS = 600_000; // in plain JavaScript
const why = whyNoBrowser();
tellLeftOut('training without TensorFlow, in the window', why);

describe.skipIf(why !== null)('fault 28: without TensorFlow and without a card', () => {
  let made: TestProject;
  let run: BrowserRun;
  beforeAll(async () => {
    ensureBuilt();
    made = await makeProject({ Misty: [0, 5], Tigger: [21, 26] });
    run = await launchBrowser({ project: made.project, env: { NODE_OPTIONS: `--import=${without}` } });
    run.page.setDefaultTimeout(WORK_MS);
    await new AppPage(run.page).rail.waitFor(); // the link leads on to the page
  }, WORK_MS);
  afterAll(async () => {
    await run?.close();
    made?.remove();
  });

  it(
    'a training says that it is slow, on what, and why',
    async () => {
      const recipe = Recipe.parse({ epochs: 3, weightDecay: 0.01 }); // a given weight decay: nothing to choose by folds
      const input = { backbone: 'tf_efficientnet_lite0', freeze: 'all', seed: 1, recipe } as const;
      const { runId } = await askContract(run.page, 'runs.train', input);
      await new AppPage(run.page).goToAddress('run', runId);
      const main = run.page.getByRole('main');
      await main.getByText(/in JavaScript on the CPU, the slowest way/).waitFor();
      await main.getByText(/tfjs-cpu/).waitFor();
      await main.getByText(/was left out for this test/).waitFor(); // the reason, under 'What happened'
    },
    WORK_MS,
  );

  it(
    'Train says it before anything is started, and offers to time the machine',
    async () => {
      await new AppPage(run.page).goTo('Train');
      const said = run.page.getByRole('status').filter({ hasText: 'in JavaScript on the CPU' });
      await said.waitFor();
      expect(await said.innerText()).toContain('Time this machine');
      expect(await run.page.getByRole('button', { name: 'Time this machine' }).isVisible()).toBe(true);
    },
    WORK_MS,
  );
});
