/** Photos, labels and augmentation: `thaw import`, `label`, `classes`, `summary`, `health`, `augment`. */
import type { Command } from 'commander';
import { integer } from './options.ts';
import { type Define, perform } from './perform.ts';
import {
  type ClassOptions,
  classChange,
  type LabelOptions,
  labelInput,
  readPolicy,
  showClasses,
  showEdit,
  showSheet,
} from './photo-commands.ts';
import { showImport, showSummary } from './show.ts';
import { showDuplicates, showHealth, showSplits } from './show-health.ts';

type HealthOptions = {
  readonly findDuplicates: boolean;
  readonly compareSplits: boolean;
  readonly backbone: string;
  readonly seed: number;
};
type SheetOptions = {
  readonly preview: string;
  readonly output: string;
  readonly policy: string;
  readonly count: number;
  readonly crop: number;
  readonly seed: number;
};

export function defineLibraryCommands(define: Define): void {
  define('import <folders...>', 'add photos; the name of a subfolder is the label')
    .option('--split-from-folders', 'train/, val/ and test/ below the folder are the split', false)
    .action((paths: string[], options: { splitFromFolders: boolean }, command: Command) =>
      perform(command, {
        name: 'library.import',
        input: { paths, splitFromFolders: options.splitFromFolders },
        text: showImport,
        create: true,
        given: paths,
        wasStopped: ({ cancelled }) => cancelled,
      }),
    );

  define('label <photos...>', 'label photos, by file name or the beginning of their id')
    .option('--class <name>', 'the class; made where it is not there yet')
    .option('--none', 'take the label away')
    .action((photos: string[], options: LabelOptions, command: Command) =>
      perform(command, {
        name: 'library.label',
        input: (client) => labelInput(client, photos, options),
        text: showEdit,
      }),
    );

  define('classes', 'list the classes, or change one')
    .option('--add <name>', 'a new class')
    .option('--remove <name>', 'its photos stay, without a label')
    .option('--rename <name>', 'the class that gets another name')
    .option('--to <name>', 'its new name')
    .action((options: ClassOptions, command: Command) => {
      const change = classChange(options);
      return change === null
        ? perform(command, { name: 'library.classes', input: {}, text: showClasses })
        : perform(command, { name: 'library.change-class', input: change, text: showEdit });
    });
  defineHealth(define);
  defineSheet(define);
}

function defineHealth(define: Define): void {
  define('summary', 'what is in the project').action((_options: unknown, command: Command) =>
    perform(command, { name: 'project.summary', input: {}, text: showSummary }),
  );

  define('health', 'what to know about the photos before training')
    .option('--find-duplicates', 'look for near duplicates by the features of the network too', false)
    .option('--compare-splits', 'how much a split that parts bursts would flatter', false)
    .option('--backbone <id>', 'pretrained network', 'tf_efficientnet_lite0')
    .option('--seed <number>', 'of the folds', integer, 0)
    .action((options: HealthOptions, command: Command) => {
      const { backbone, seed } = options;
      if (options.findDuplicates)
        return perform(command, { name: 'library.find-duplicates', input: { backbone }, text: showDuplicates });
      return options.compareSplits
        ? perform(command, { name: 'library.compare-splits', input: { backbone, seed }, text: showSplits })
        : perform(command, { name: 'library.health', input: {}, text: showHealth });
    });
}

function defineSheet(define: Define): void {
  define('augment', 'what an augmentation policy makes of a photo, as a contact sheet')
    .requiredOption('--preview <image>', 'the photo')
    .requiredOption('--output <file>', 'the contact sheet, a .png file')
    .option('--policy <name>', 'a preset (none, light, photo, alexnet-2012, inception) or a JSON file', 'photo')
    .option('--count <number>', 'pictures', integer, 12)
    .option('--crop <pixels>', 'side of a picture', integer, 224)
    .option('--seed <number>', 'the only source of randomness', integer, 0)
    .action((options: SheetOptions, command: Command) =>
      perform(command, {
        name: 'augment.sheet',
        input: {
          path: options.preview,
          output: options.output,
          policy: readPolicy(options.policy),
          seed: options.seed,
          count: options.count,
          cropSize: options.crop,
        },
        text: showSheet,
      }),
    );
}
