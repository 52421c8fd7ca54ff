/** The coats: all that makes one animal look different from another. */

export type Coat = {
  readonly kind: 'cat' | 'dog';
  readonly base: string;
  readonly shade: string; // lower side, and the legs farther away
  readonly light: string; // upper side and single hairs
  readonly muzzle: string;
  readonly chest: string | null;
  readonly stripe: string | null;
  readonly patches: readonly string[]; // large spots, as on a calico cat
  readonly eye: string;
  readonly nose: string;
  readonly hairLength: number; // user units; above 4 it is a long-haired animal
};

const cat = { kind: 'cat', chest: null, stripe: null, patches: [], hairLength: 1.6 } as const;
const dog = { kind: 'dog', chest: null, stripe: null, patches: [], hairLength: 2.2 } as const;

export const coats = {
  tigger: {
    ...cat,
    base: '#e58a35',
    shade: '#b9601c',
    light: '#f8bd72',
    muzzle: '#fbe3c2',
    chest: '#f6cf9c',
    stripe: '#a34c12',
    eye: '#9fb53a',
    nose: '#d9776a',
  },
  misty: {
    ...cat,
    base: '#8395ab',
    shade: '#586a82',
    light: '#b7c5d6',
    muzzle: '#dfe6ee',
    chest: '#fbfbf9',
    eye: '#e0a63a',
    nose: '#7d6f7c',
    hairLength: 7,
  },
  black: {
    ...cat,
    base: '#2b2a31',
    shade: '#131218',
    light: '#5b5c6c',
    muzzle: '#35343d',
    eye: '#d8cf3f',
    nose: '#1c1a20',
  },
  calico: {
    ...cat,
    base: '#f4eee4',
    shade: '#cdbfae',
    light: '#ffffff',
    muzzle: '#fffaf2',
    patches: ['#d9822f', '#2f2a2b', '#d9822f', '#2f2a2b', '#c8732a'],
    eye: '#7fae4a',
    nose: '#e29a93',
  },
  brownTabby: {
    ...cat,
    base: '#8d7458',
    shade: '#5d4a36',
    light: '#bba381',
    muzzle: '#d6c5a8',
    stripe: '#372a1f',
    eye: '#8fae3c',
    nose: '#a8655a',
  },
  shortGrey: {
    ...cat,
    base: '#77797d',
    shade: '#4b4d52',
    light: '#a6a8ac',
    muzzle: '#85878b',
    eye: '#d98a2b',
    nose: '#4b4a50',
  },
  cream: {
    ...cat,
    base: '#ecdcc0',
    shade: '#c2a983',
    light: '#fff8ea',
    muzzle: '#fff6e6',
    eye: '#5d9cc4',
    nose: '#dd9a90',
    hairLength: 6,
  },
  goldenDog: {
    ...dog,
    base: '#d9a55c',
    shade: '#a8743a',
    light: '#f3cf94',
    muzzle: '#edcb96',
    eye: '#4a2d18',
    nose: '#2a211f',
    hairLength: 5,
  },
  brownDog: {
    ...dog,
    base: '#7a4e2e',
    shade: '#4d2e1a',
    light: '#a87750',
    muzzle: '#a9815d',
    eye: '#3a2415',
    nose: '#1d1615',
  },
  spottedDog: {
    ...dog,
    base: '#f1eee9',
    shade: '#c4bdb4',
    light: '#ffffff',
    muzzle: '#fbf8f4',
    patches: ['#33302f', '#33302f', '#5a4436', '#33302f'],
    eye: '#3a2415',
    nose: '#211c1c',
  },
  greyDog: {
    ...dog,
    base: '#8d949c',
    shade: '#5c636b',
    light: '#bcc3ca',
    muzzle: '#e4e6e8',
    chest: '#f3f3f1',
    eye: '#6ba3c7',
    nose: '#22242a',
    hairLength: 4,
  },
} as const satisfies Record<string, Coat>;

export type CoatName = keyof typeof coats;
