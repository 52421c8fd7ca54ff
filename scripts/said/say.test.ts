import { expect, it } from 'vitest';
import { createSaid } from '../../renderer/lib/i18n/said.ts';

const say = createSaid({
  '{0}: the disk is full. {1}': '{0}：磁盘已满。{1}',
  'Free some space and try again.': '请释放一些空间后重试。',
  "There is no class '{0}'.": '没有类别“{0}”。',
  'the split': '划分',
  '{0} of {1} were read': '{1} 中读了 {0}',
  '{0} photos': '{0} 张照片',
});

it('says the values of a template in their places, also where Chinese turns them round', () => {
  expect(say('3 of 12 were read')).toBe('12 中读了 3');
});

it('says values that are sentences themselves, but no name between quotes', () => {
  expect(say('/tmp/a: the disk is full. Free some space and try again.')).toBe(
    '/tmp/a：磁盘已满。请释放一些空间后重试。',
  );
  expect(say("There is no class 'the split'.")).toBe('没有类别“the split”。');
});

it('says what is joined of several texts part by part, and leaves unknown parts as they are', () => {
  expect(say("There is no class 'a'. Free some space and try again.")).toBe('没有类别“a”。请释放一些空间后重试。');
  expect(say('photo.jpg: the split\nENOSPC: no space left')).toBe('photo.jpg: 划分\nENOSPC: no space left');
  expect(say('Something else happened. Nobody knows why.')).toBe('Something else happened. Nobody knows why.');
});

it('takes no sentence for a figure', () => {
  expect(say('12 photos')).toBe('12 张照片');
  expect(say('None of these photos')).toBe('None of these photos');
});

it('takes little time for long texts of many sentences, and leaves what is beyond its bound', () => {
  const sentence = "There is no class 'a'. and the split: 3 of ";
  const started = performance.now();
  for (const text of [sentence.repeat(90), 'a. '.repeat(1300), `${sentence.repeat(30)}\n${'x: '.repeat(40_000)}`])
    say(text);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(say(`the split\n${'y'.repeat(5000)}`)).toBe(`划分\n${'y'.repeat(5000)}`);
  const long = `${'y'.repeat(5000)}: the disk is full. x`;
  expect(say(long)).toBe(long);
});
