export const use = {
  title: 'Use',
} as const;
