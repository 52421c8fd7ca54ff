/** The Photos view. */
import type { Locator, Page } from 'playwright-core';

export class PhotosPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly classes: Locator;
  readonly facts: Locator; // of the photo that is looked at

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid');
    this.classes = page.getByRole('navigation', { name: 'Classes' });
    this.facts = page.locator('aside dl');
  }

  /** The tile of a file, with its label in its name. */
  photo(fileName: string): Locator {
    return this.grid.locator(`[role=gridcell][aria-label^=${JSON.stringify(`${fileName}, `)}]`);
  }

  /** Of the tiles that are drawn, in their order. */
  async fileNames(): Promise<readonly string[]> {
    const names = await this.grid
      .getByRole('gridcell')
      .evaluateAll((cells) => cells.map((cell) => cell.ariaLabel ?? ''));
    return names.map((name) => name.slice(0, name.indexOf(', ')));
  }

  className(name: string): Locator {
    return this.classes.getByRole('button', { name, exact: false }).filter({ hasText: name }).first();
  }

  /** The label that the tile of a file shows; null: none. */
  async labelOf(fileName: string): Promise<string | null> {
    const name = (await this.photo(fileName).getAttribute('aria-label')) ?? '';
    const label = name.slice(fileName.length + 2).replace(/ ×\d+$/, '');
    return label === 'no label' ? null : label;
  }

  async addClass(name: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Name of the new class' });
    await field.fill(name);
    await field.press('Enter');
    await this.className(name).waitFor();
  }

  /** Drags the tile of a file onto a class with the mouse. */
  async dragToClass(fileName: string, className: string): Promise<void> {
    await this.photo(fileName).dragTo(this.className(className));
  }

  async showDataHealth(): Promise<void> {
    await this.page.getByText('Data health', { exact: true }).click();
  }
}
