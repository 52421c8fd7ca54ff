import { useLayoutEffect, useState } from 'react';

/** Inner width of an element in pixels, kept up to date. The element is there whenever the component is. */
export function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current!;
    const sized = new ResizeObserver(() => setWidth(element.clientWidth));
    setWidth(element.clientWidth);
    sized.observe(element);
    return () => sized.disconnect();
  }, [place]);
  return width;
}
