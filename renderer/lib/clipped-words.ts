/** Words that had to be cut short show themselves whole as a tooltip, wherever a style sheet cuts: names are of any length. */
const OUTWARD = 4; // elements looked at from the pointer outward: what cuts is close to its words
const told = new WeakSet<Element>();

/** Listens to the page from now on. */
export function tellClippedWords(page: Document = document): void {
  page.addEventListener('pointerover', ({ target }) => {
    let element = target instanceof HTMLElement ? target : null;
    for (let step = 0; element !== null && step < OUTWARD; step += 1) {
      tell(element);
      element = element.parentElement;
    }
  });
}

function tell(element: HTMLElement): void {
  if (element.title !== '' && !told.has(element)) return; // it has one of its own
  const isClipped = element.scrollWidth > element.clientWidth && getComputedStyle(element).textOverflow === 'ellipsis';
  if (isClipped) {
    told.add(element);
    element.title = element.textContent.trim();
  } else if (told.delete(element)) element.removeAttribute('title');
}
