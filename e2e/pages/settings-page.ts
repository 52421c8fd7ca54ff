/** The Settings view: pretrained weights, and packs. */
import type { Locator, Page } from 'playwright-core';

export class SettingsPage {
  readonly page: Page;
  readonly kept: Locator; // rows of the weights that were added
  readonly report: Locator; // of the last import
  readonly failure: Locator; // of the last import
  readonly packStatus: Locator; // how the last pack ended
  readonly packFailure: Locator;

  constructor(page: Page) {
    const weights = page.locator('#settings-weights');
    this.page = page;
    this.kept = weights.getByRole('table', { name: 'Added here' }).locator('tbody tr');
    this.report = weights.getByRole('status');
    this.failure = weights.getByRole('alert');
    const packs = page.locator('#settings-packs');
    this.packStatus = packs.getByRole('status');
    this.packFailure = packs.getByRole('alert');
  }

  async addWeights(file: string): Promise<void> {
    await this.page.getByLabel('File of weights on this machine').fill(file);
    await this.page.getByRole('button', { name: 'Add', exact: true }).click();
  }

  async importPack(file: string): Promise<void> {
    await this.page.getByLabel('Pack on this machine', { exact: true }).fill(file);
    await this.page.locator('#settings-packs').getByRole('button', { name: 'Import', exact: true }).click();
  }

  async exportProject(file: string): Promise<void> {
    await this.page.getByLabel('Pack to write on this machine').fill(file);
    await this.page.locator('#settings-packs').getByRole('button', { name: 'Export', exact: true }).click();
  }

  /** Opens the self-test of the only weights that were added, and tests them on a folder. */
  async selfTest(folder: string): Promise<Locator> {
    await this.kept.getByRole('button', { name: /^Self-test of/ }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Folder of known photos on this machine').fill(folder);
    await dialog.getByRole('button', { name: 'Test', exact: true }).click();
    return dialog;
  }
}
