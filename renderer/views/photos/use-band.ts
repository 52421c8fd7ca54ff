/** The rubber band: drawn from any place of the grid that is no photo; with Shift or Ctrl it adds to what is chosen. */
import { type PointerEvent, type RefObject, useState } from 'react';
import { type Band, type Point, type TilePlan, tilesInBand } from './band.ts';

const LEAST_PIXELS = 4; // less is a click

export type BandWork = {
  readonly plan: TilePlan;
  readonly onStart: (isAdding: boolean) => void;
  readonly onBand: (places: readonly number[]) => void; // while it is drawn
};

export type BandDrawing = {
  readonly band: Band | null;
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
};

export function useBand(scroller: RefObject<HTMLElement | null>, work: BandWork): BandDrawing {
  const [band, setBand] = useState<Band | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const element = scroller.current;
    if (element === null || event.button !== 0 || event.pointerType === 'touch' || isElsewhere(event, element)) return;
    const from = pointIn(element, event);
    const stop = new AbortController();
    const { signal } = stop;
    work.onStart(event.shiftKey || event.ctrlKey || event.metaKey);
    const move = (to: globalThis.PointerEvent): void => {
      scrollAtEdges(element, to.clientY);
      const next = { from, to: pointIn(element, to) };
      if (Math.hypot(next.to.x - from.x, next.to.y - from.y) < LEAST_PIXELS) return;
      setBand(next);
      work.onBand(tilesInBand(next, work.plan));
    };
    const end = (): void => {
      stop.abort();
      setBand(null);
    };
    window.addEventListener('pointermove', move, { signal });
    window.addEventListener('pointerup', end, { signal });
    window.addEventListener('pointercancel', end, { signal });
  };
  return { band, onPointerDown };
}

/** On a photo, which is dragged, or on the scroll bar. */
function isElsewhere({ target, clientX }: PointerEvent<HTMLElement>, element: HTMLElement): boolean {
  const isOnPhoto = target instanceof Element && target.closest('[role=gridcell]') !== null;
  return isOnPhoto || clientX >= element.getBoundingClientRect().left + element.clientWidth;
}

function pointIn(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top + element.scrollTop };
}

function scrollAtEdges(element: HTMLElement, clientY: number): void {
  const { top, bottom } = element.getBoundingClientRect();
  if (clientY < top) element.scrollTop -= top - clientY;
  if (clientY > bottom) element.scrollTop += clientY - bottom;
}
