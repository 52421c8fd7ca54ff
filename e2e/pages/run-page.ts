/** A training as it goes and as it went. */
import type { Locator, Page } from 'playwright-core';

export class RunPage {
  readonly page: Page;
  readonly pause: Locator;
  readonly resume: Locator;
  readonly finish: Locator;
  readonly evaluate: Locator; // there once it is done

  constructor(page: Page) {
    this.page = page;
    const button = (name: string): Locator => page.locator('main').getByRole('button', { name, exact: true });
    this.pause = button('Pause');
    this.resume = button('Resume');
    this.finish = button('Finish now');
    this.evaluate = button('Evaluate');
  }

  /** A drawn curve: 'Accuracy' or 'Loss'. */
  curve(title: 'Accuracy' | 'Loss'): Locator {
    return this.page.getByRole('figure', { name: title });
  }

  /** Epochs that the page knows of: the first number of '12 of 200'. */
  async epochs(): Promise<number> {
    const label = this.page.locator('main').getByText('Epoch', { exact: true }).first();
    const shown = await label.locator('xpath=following-sibling::*[1]').innerText();
    return Number.parseInt(shown.replaceAll(',', ''), 10);
  }
}
