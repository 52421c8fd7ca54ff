import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where what comes with Thaw lies: the packaged app says it by THAW_RESOURCES, else it is beside the sources. */
export const resourcesFolder = process.env.THAW_RESOURCES ?? fileURLToPath(new URL('../../resources', import.meta.url));

export const backbonesFolder = join(resourcesFolder, 'backbones');
export const samplePhotosFolder = join(resourcesFolder, 'sample', 'photos');

/** The built renderer, for browsers. */
export const pagesFolder = process.env.THAW_PAGES ?? fileURLToPath(new URL('../../renderer/dist', import.meta.url));
