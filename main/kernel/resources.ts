import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where what comes with Thaw lies: the packaged app says it by THAW_RESOURCES, else it is beside the sources. */
export const resourcesFolder = process.env.THAW_RESOURCES ?? fileURLToPath(new URL('../../resources', import.meta.url));

export const backbonesFolder = join(resourcesFolder, 'backbones');
/** WordNet ids of ImageNet's 1000 classes, one a line, in the order of the classes. */
export const imagenetClassesFile = join(resourcesFolder, 'imagenet', 'classes.txt');
export const samplePhotosFolder = join(resourcesFolder, 'sample', 'photos');

/** The built renderer, for browsers. */
export const pagesFolder = process.env.THAW_PAGES ?? fileURLToPath(new URL('../../renderer/dist', import.meta.url));
