import { AppError } from '../../../shared/contract/errors.ts';
import type { machineCommands } from '../../../shared/contract/machine.ts';
import { configFolder } from '../../kernel/config-folder.ts';
import { countConnections } from '../../kernel/count-connections.ts';
import { listBackbones } from '../commands/backbones.ts';
import { machineReport } from '../commands/machine-report.ts';
import { addSample, projectInfo, rename } from '../commands/project-info.ts';
import { readSettings, writeSettings } from '../commands/settings.ts';
import { cleanStorage, summariseStorage } from '../commands/storage.ts';
import { timeNetwork } from '../commands/time-network.ts';
import { listWeights } from '../commands/weights.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

const since = new Date().toISOString();
const ownConnections = countConnections();

export function createMachineHandlers(parts: HandlerParts): Pick<Handlers, keyof typeof machineCommands> {
  const { open, jobs, engine, hasProject } = parts;
  const settingsFolder = (): string => configFolder(process.env, process.platform);
  return {
    'project.info': async () => projectInfo(open()),
    'project.rename': async ({ name }) => rename(open(), name),
    'project.add-sample': async (_input, context) => addSample(open(), context),
    'storage.summary': async () => summariseStorage(open()),
    'storage.clean': async ({ part }) => {
      const session = open();
      if (part === 'features' && jobs.running() > 0)
        throw new AppError('INVALID_INPUT', 'Stored features are in use. Wait until what runs has ended, or stop it.');
      return cleanStorage(session, part);
    },
    'settings.get': async () => readSettings(settingsFolder(), () => new Date()),
    'settings.set': async (settings) => writeSettings(settingsFolder(), settings),
    'network.count': async () => {
      const own = ownConnections();
      const of = engine.connections();
      const hosts = [...new Set([...own.hosts, ...of.hosts])];
      return { connections: own.connections + of.connections, hosts, since };
    },
    'machine.report': async () => ({ text: machineReport(hasProject ? open() : null, new Date()) }),
    'networks.time': async (input, context) => timeNetwork(open(), input, context),
    'backbones.list': async () => ({ backbones: await listBackbones((await listWeights()).weights) }),
  };
}
