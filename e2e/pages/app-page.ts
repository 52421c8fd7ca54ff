/** What stands around every view: the rail, the top bar, the status line, messages and dialogs. */
import type { Locator, Page } from 'playwright-core';

export type ViewName = 'Photos' | 'Train' | 'Use' | 'Runs' | 'Compare' | 'Sweeps' | 'Settings';

export class AppPage {
  readonly page: Page;
  readonly rail: Locator;
  readonly facts: Locator; // of the project: '41 photos · 2 classes'
  readonly status: Locator;
  readonly dialog: Locator;
  readonly messages: Locator; // that float

  constructor(page: Page) {
    this.page = page;
    this.rail = page.getByRole('navigation', { name: 'Views' });
    this.facts = page.locator('header');
    this.status = page.getByRole('region', { name: 'Status' });
    this.dialog = page.getByRole('dialog');
    this.messages = page.getByRole('alert');
  }

  async goTo(view: ViewName): Promise<void> {
    await this.rail.getByRole('link', { name: new RegExp(`^${view}\\b`) }).click(); // 'Train' may be marked as the next step
  }

  /** Views that stand in no rail: '#/run/..', '#/compare/a/b', '#/evaluate/..'. */
  async goToAddress(...parts: readonly string[]): Promise<void> {
    await this.page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `#/${parts.map(encodeURIComponent).join('/')}`,
    );
  }

  async closeDialog(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }
}
