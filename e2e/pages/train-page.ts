/** The Train view: depth, recipe, augmentation, start. */
import type { Locator, Page } from 'playwright-core';

export class TrainPage {
  readonly page: Page;
  readonly slider: Locator;
  readonly start: Locator;
  readonly previews: Locator;

  constructor(page: Page) {
    this.page = page;
    this.slider = page.getByRole('slider', { name: 'Freeze depth' });
    this.start = page.getByRole('button', { name: 'Train', exact: true });
    this.previews = page.getByRole('list', { name: 'Preview on your photos' }).getByRole('img');
  }

  /** How many stages are frozen. */
  async depth(): Promise<number> {
    return Number(await this.slider.getAttribute('aria-valuenow'));
  }

  /** Moves to a depth with keys. 0: nothing is frozen. */
  async moveTo(depth: number): Promise<void> {
    await this.slider.focus();
    for (;;) {
      const now = await this.depth();
      if (now === depth) return;
      await this.slider.press(now < depth ? 'ArrowRight' : 'ArrowLeft');
    }
  }

  /** A figure below the slider, as shown: 'Parameters that learn', 'Memory at most' ... */
  async cost(label: string): Promise<string> {
    const name = this.page.getByText(label, { exact: true });
    return (await name.locator('xpath=following-sibling::*[1]').innerText()).trim();
  }

  /** Unfolds 'Recipe' or 'Augmentation'. */
  async unfold(title: 'Recipe' | 'Augmentation'): Promise<void> {
    const fold = this.page.getByRole('button', { name: title });
    if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
  }

  async setEpochs(epochs: number): Promise<void> {
    await this.unfold('Recipe');
    const field = this.page.getByRole('textbox', { name: 'Epochs', exact: true });
    await field.fill(String(epochs));
    await field.press('Tab');
  }

  async choosePreset(name: string): Promise<void> {
    await this.unfold('Augmentation');
    await this.page.getByRole('combobox', { name: 'Preset' }).click();
    await this.page.getByRole('option', { name, exact: true }).click();
  }

  async chooseIn(label: string, option: string): Promise<void> {
    await this.page.getByRole('combobox', { name: label, exact: true }).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  async setByKeys(slider: string, keys: readonly string[]): Promise<void> {
    const handle = this.page.getByRole('slider', { name: slider, exact: true });
    await handle.focus();
    for (const key of keys) await handle.press(key);
  }

  /** Of the histogram that shifts are drawn from. */
  bars(): Locator {
    return this.page.getByRole('group', { name: /^Own distribution/ }).getByRole('slider');
  }

  borderColour(): Locator {
    return this.page.getByLabel('Colour of the border');
  }

  /** Which pictures the preview shows now. */
  async previewSources(): Promise<readonly string[]> {
    return await this.previews.evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));
  }

  /** Starts the training under a name; the page of the run opens. */
  async train(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Name of the run (optional)' }).fill(name);
    await this.start.click();
  }
}
