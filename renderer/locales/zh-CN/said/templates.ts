/** All sentences that main/ and shared/ make for a person: English as it is made, and Chinese. Loaded when Chinese is shown. */
import { engine } from './engine.ts';
import { files } from './files.ts';
import { host } from './host.ts';
import { network } from './network.ts';
import { schema } from './schema.ts';
import { shared } from './shared.ts';
import { weights } from './weights.ts';

export const templates: Readonly<Record<string, string>> = {
  ...engine,
  ...files,
  ...host,
  ...network,
  ...schema,
  ...shared,
  ...weights,
};
