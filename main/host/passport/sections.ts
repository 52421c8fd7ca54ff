/** The parts of a passport's page. */
import type { Evaluation } from '../../../shared/domain/run.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import type { PassportFacts } from './collect.ts';
import { type Html, html, nothing } from './html.ts';
import type { Texts } from './texts.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const span = ([low, high]: readonly [number, number]): string => `${percent(low)} – ${percent(high)}`;
const grouped = (count: number): string => count.toLocaleString('en');

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Html {
  const cells = rows.map(
    ([first, ...others]) =>
      html`<tr><th scope="row">${first ?? ''}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  );
  const heads = head.map((name) => html`<th scope="col">${name}</th>`);
  return html`<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>${cells}</tbody></table></div>`;
}

function facts(pairs: readonly (readonly [string, string])[]): Html {
  return html`<dl>${pairs.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;
}

const section = (title: string, ...content: readonly Html[]): Html =>
  html`<section><h2>${title}</h2>${content}</section>`;

/** The evaluation that says most: on test photos before validation, one centre crop before others. */
export function headline(evaluations: readonly Evaluation[]): Evaluation | null {
  const rank = ({ side, views }: Evaluation): number =>
    (side === 'test' ? 0 : side === 'val' ? 2 : 4) + (views === 'centre' ? 0 : 1);
  return evaluations.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

export function dataSection({ photos, photosChanged }: PassportFacts, t: Texts): Html {
  const total = (side: 'train' | 'val' | 'test'): number => photos.classes.reduce((sum, one) => sum + one[side], 0);
  const rows = photos.classes.map(({ name, train, val, test }) => [name, train, val, test]);
  return section(
    t.data,
    photosChanged ? html`<p class="warning">${t.photosChanged}</p>` : nothing,
    table(
      [t.class, t.sides.train, t.sides.val, t.sides.test],
      [...rows, [t.all, total('train'), total('val'), total('test')]],
    ),
    html`<p>${t.split}</p>`,
    photos.unlabelled === 0 ? nothing : html`<p>${t.unlabelled(photos.unlabelled)}</p>`,
  );
}

export function settingsSection({ run, network, parameters }: PassportFacts, t: Texts): Html {
  const { config } = run;
  const { selection, augmentation } = config;
  const how = selection.kind === 'validation' ? t.validation : t.folds(selection.folds);
  const settings = Object.entries(config.recipe).map(([name, value]): [string, string] => [name, String(value)]);
  const policy = augmentation === undefined ? t.none : JSON.stringify(augmentation);
  return section(
    t.network,
    facts([
      [t.architecture, `${network.title} (${config.backbone})`],
      [t.paper, network.paper],
      [t.parameters, t.trainedOf(grouped(parameters.trained), grouped(parameters.all))],
      [t.frozen, config.frozenThrough],
      [t.seed, String(config.seed)],
      [t.selection, how],
      [t.augmentation, policy.length > 80 ? '✓' : policy],
    ]),
    html`<details><summary>${t.allSettings}</summary>${facts([...settings, [t.augmentation, policy]])}</details>`,
  );
}

/** Two lines over the epochs, drawn in the page. */
export function trainingSection({ epochs }: PassportFacts, t: Texts): Html {
  if (epochs.length < 2) return nothing;
  const largest = Math.max(...epochs.map(({ trainLoss }) => trainLoss));
  const line = (shares: readonly (number | null)[]): string =>
    shares
      .flatMap((share, at) =>
        share === null ? [] : [`${((600 * at) / (shares.length - 1)).toFixed(1)},${(150 - 140 * share).toFixed(1)}`],
      )
      .join(' ');
  const losses = line(epochs.map(({ trainLoss }) => trainLoss / largest));
  const accuracies = line(epochs.map(({ valAccuracy }) => valAccuracy));
  const [first, last] = [epochs[0]!, epochs.at(-1)!];
  return section(
    t.training,
    html`<svg viewBox="0 0 600 160" role="img" aria-label="${t.training}"><line class="axis" x1="0" y1="150" x2="600" y2="150"/>
<polyline class="loss" points="${losses}"/>${accuracies === '' ? nothing : html`<polyline class="accuracy" points="${accuracies}"/>`}</svg>`,
    html`<p class="key"><span class="loss">${t.loss}: ${first.trainLoss.toFixed(3)} → ${last.trainLoss.toFixed(3)}</span> ${
      accuracies === ''
        ? nothing
        : html`<span class="accuracy">${t.accuracy}: ${percent(first.valAccuracy ?? 0)} → ${percent(last.valAccuracy ?? 0)}</span>`
    } <span>${t.epochs(epochs.length)}</span></p>`,
  );
}

export function figuresSection({ run, evaluations, testLooks }: PassportFacts, t: Texts): Html {
  const { selectionCorrect: right, selectionTotal: total } = run;
  const chosen: (string | number)[][] =
    right === null || total === null || total === 0
      ? []
      : [[t.chosen, 'centre', `${right} / ${total}`, percent(right / total), span(wilsonInterval(right, total))]];
  const rows = evaluations.map(({ side, views, correct, total: all, accuracy, interval }) => [
    ...[t.sides[side], views, `${correct} / ${all}`, percent(accuracy), span(interval)],
  ]);
  const best = headline(evaluations);
  return section(
    t.figures,
    table([t.photosOf, t.crops, t.right, t.share, t.interval], [...rows, ...chosen]),
    testLooks === 0 ? nothing : html`<p>${t.looks(testLooks)}</p>`,
    best === null ? nothing : byClass(best, t),
  );
}

function byClass({ perClass, confusion }: Evaluation, t: Texts): Html {
  const names = perClass.map(({ name }) => name as string);
  const rows = perClass.map(({ name, precision, recall, f1 }, at) => {
    const counted = (confusion[at] ?? []).reduce((sum, count) => sum + count, 0);
    const right = confusion[at]?.[at] ?? 0;
    return [
      name,
      counted,
      percent(precision),
      `${percent(recall)} (${span(wilsonInterval(right, counted))})`,
      f1.toFixed(3),
    ];
  });
  const matrix = confusion.map((row, at) => [names[at] ?? '', ...row]);
  return html`<h3>${t.perClass}</h3>${table([t.class, t.photosOf, t.precision, `${t.recall} (${t.interval})`, 'F1'], rows)}
<h3>${t.confusion}</h3>${table(['', ...names], matrix)}`;
}

const MOST_MISTAKES = 10;

export function errorsSection({ evaluations }: PassportFacts, t: Texts): Html {
  const best = headline(evaluations);
  if (best === null) return nothing;
  const names = best.perClass.map(({ name }) => name as string);
  const mistakes = best.confusion.flatMap((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.flatMap((count, answer) => (answer === truth || count === 0 ? [] : [{ truth, answer, count, total }]));
  });
  if (mistakes.length === 0) return section(t.errors, html`<p>${t.noErrors}</p>`);
  const told = mistakes.toSorted((a, b) => b.count / b.total - a.count / a.total).slice(0, MOST_MISTAKES);
  const rows = told.map(({ truth, answer, count, total }) => [
    ...[t.mistake(names[truth] ?? '', names[answer] ?? ''), `${count} / ${total}`, percent(count / total)],
    span(wilsonInterval(count, total)),
  ]);
  return section(t.errors, table(['', t.photosOf, t.rate, t.interval], rows));
}

const WIDE = 0.1; // of an interval

export function limitsSection({ data, evaluations, run, testLooks, judgement }: PassportFacts, t: Texts): Html {
  const best = headline(evaluations);
  const width = best === null ? 0 : best.interval[1] - best.interval[0];
  const limits = [
    judgement === null
      ? t.closed(data.classes.join(', '))
      : t.dialled(data.classes.join(', '), judgement.photos, judgement.strangers),
    ...(best !== null && width > WIDE ? [t.few(best.total, percent(width))] : []),
    t.alike,
    ...(run.selectionTotal === null || run.selectionTotal === 0 ? [] : [t.onceChosen]),
    ...(testLooks > 1 ? [t.looked] : []),
    t.background,
  ];
  return section(t.limits, html`<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`);
}

export function machineSection({ run, data }: PassportFacts, t: Texts): Html {
  const { weightsSha256: _told, ...versions } = run.versions ?? {};
  const told = Object.entries({ ...run.device, ...versions }).map(([name, value]): [string, string] => [
    name,
    String(value ?? '–'),
  ]);
  const seconds = run.trainMs === null ? '–' : `${(run.trainMs / 1000).toFixed(1)} s`;
  return section(t.machine, facts([[t.trainedFor, seconds], ['Thaw', data.thawVersion], ...told]));
}

export function hashesSection({ data }: PassportFacts, t: Texts): Html {
  return section(
    t.hashes,
    facts([
      [t.weights, data.weightsSha256 ?? '–'],
      [t.dataset, data.datasetHash],
      [t.sidesHash, data.splitHash],
    ]),
    html`<p>${t.reproduce}</p><pre>thaw reproduce --run ${data.runId}</pre>`,
    html`<details><summary>${t.forPrograms}</summary><pre id="passport-data">${JSON.stringify(data)}</pre></details>`,
  );
}
