/** What papers gained on ImageNet by looking at more crops, or by asking more networks: error in percent, before and after. */

export type PublishedGain = {
  readonly network: string;
  readonly what: 'crops' | 'networks';
  readonly from: string; // looks or networks
  readonly to: string;
  readonly measure: 'top-1' | 'top-5';
  readonly before: number;
  readonly after: number;
  readonly source: string;
};

const alexNet = 'Krizhevsky, Sutskever and Hinton 2012, NIPS 25';
const vgg = 'Simonyan and Zisserman 2015, arXiv:1409.1556';
const googLeNet = 'Szegedy et al. 2015, arXiv:1409.4842';

export const publishedGains: readonly PublishedGain[] = [
  {
    network: 'AlexNet',
    what: 'crops',
    from: '1',
    to: '10',
    measure: 'top-1',
    before: 39.0,
    after: 37.5,
    source: `${alexNet}, table 1 and its note`,
  },
  {
    network: 'VGG-16',
    what: 'crops',
    from: 'dense',
    to: '150 + dense',
    measure: 'top-1',
    before: 24.8,
    after: 24.4,
    source: `${vgg}, table 5`,
  },
  {
    network: 'GoogLeNet',
    what: 'crops',
    from: '1',
    to: '10',
    measure: 'top-5',
    before: 10.07,
    after: 9.15,
    source: `${googLeNet}, table 3`,
  },
  {
    network: 'GoogLeNet',
    what: 'crops',
    from: '1',
    to: '144',
    measure: 'top-5',
    before: 10.07,
    after: 7.89,
    source: `${googLeNet}, table 3`,
  },
  {
    network: 'AlexNet',
    what: 'networks',
    from: '1',
    to: '5',
    measure: 'top-5',
    before: 18.2,
    after: 16.4,
    source: `${alexNet}, table 2`,
  },
  {
    network: 'VGG-16, VGG-19',
    what: 'networks',
    from: '1',
    to: '2',
    measure: 'top-1',
    before: 24.4,
    after: 23.7,
    source: `${vgg}, table 6`,
  },
  {
    network: 'GoogLeNet',
    what: 'networks',
    from: '1',
    to: '7',
    measure: 'top-5',
    before: 10.07,
    after: 8.09,
    source: `${googLeNet}, table 3`,
  },
];
