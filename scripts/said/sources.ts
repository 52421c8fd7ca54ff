/**
 * Which literals of main/, shared/ and the renderer's client are words for a person: all that read like words, but for those of this list.
 * What makes its own Chinese (the window's menu, the passport), prints for the command line, or names papers is not said here.
 */
import { globSync } from 'node:fs';

const NOT_SAID = [
  /\.test\.ts$|-for-tests\.ts$|testing-|\/fake-/,
  /^main\/(cli|lab|preload)\//, // the command line and the lab speak English
  /^main\/shell\/texts\.ts$/, // in both languages itself
  /^main\/host\/passport\/(page|sections|texts)\.ts$/, // in both languages itself
  /^main\/host\/serve\/(answers|requests|send-file)\.ts$/, // HTTP headers, and answers to what is no browser of ours
  /^main\/engine\/export\/(package-files|licence-text)\.ts$/, // files for other programs
  /^main\/engine\/probing\/ladder\.ts$/, // a paper
  /^main\/host\/commands\/machine-report\.ts$/, // for the maintainers
  /^main\/imaging\/distort\//, // names for the command line and of random streams; the view has its own
  /^main\/host\/(entry|default-run-name|commands\/compare-splits)\.ts$/, // names, and what a terminal is told
  /^main\/shell\/(served-files|project-marker|state-file|host-process|main|window)\.ts$/, // for a terminal
  /^shared\/domain\/judging\.ts$/, // names of classes
  /^main\/store\/steps\//,
  /^shared\/domain\/(published-gains|published-recipes|weights-catalogue)\.ts$/, // papers
  /^shared\/networks\/(lab|diagram|inception|alexnet|builder|efficientnet|googlenet|keras|lenet|mobilenet|nin|plain|resnet|vgg)/,
];

/** Statements and pages: words, but not for a person. */
const NOT_WORDS = [
  /\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|ALTER TABLE)\b|\bFROM [a-z_{]|@\w+Hash\b| AS [a-z]+\w*,/,
  /^SQLite format|^HTTP\/|^\/\*|charset=|^sharp |^close photos|'self'|'none'|^<|^system volume information$/,
];

export function listSources(root: string): readonly string[] {
  return globSync('{main/**,shared/**,renderer/lib/client}/*.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !NOT_SAID.some((pattern) => pattern.test(path)))
    .toSorted();
}

/** Two words in a row at least: a name, a key or a path is none. */
export function isWords(template: string): boolean {
  const bare = template.replace(/\{\d+\}/g, '§');
  if (/^§ [a-z]{4,}$/.test(bare)) return true; // 12 photos
  return /[A-Za-z']{2,}[,:;]? [a-z']{2,}/.test(bare) && !NOT_WORDS.some((pattern) => pattern.test(template));
}
