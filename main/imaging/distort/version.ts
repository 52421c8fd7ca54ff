/** Raise it with every change of what is drawn or of a pixel of a drawn view, however small: cached features depend on it. */
export const distorterVersion = 'distort-2';
