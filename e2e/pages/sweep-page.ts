/** The Sweeps view: a new one, and one of them. */
import type { Locator, Page } from 'playwright-core';

export class SweepPage {
  readonly page: Page;
  readonly start: Locator;
  readonly count: Locator; // how many trainings that would be, or why it cannot be started
  readonly points: Locator; // rows of the table
  readonly lines: Locator;

  constructor(page: Page) {
    this.page = page;
    this.start = page.getByRole('button', { name: 'Start sweep' });
    this.count = page.getByRole('main').getByRole('status');
    this.points = page.getByRole('table', { name: 'All settings' }).locator('tbody tr');
    this.lines = page.getByRole('img', { name: /trainings as lines/ }).locator('path');
  }

  async fill(label: string, value: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: label, exact: true });
    await field.fill(value);
    await field.press('Tab');
  }

  /** 'ended · 4 of 4 trainings · 3 s'. */
  async standing(): Promise<string> {
    return await this.page.locator('main p').first().innerText();
  }
}
