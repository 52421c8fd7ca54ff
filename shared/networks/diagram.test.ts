import { describe, expect, it } from 'vitest';
import { networkSvg } from './diagram.ts';
import { lenet5 } from './lenet.ts';
import type { Network } from './network.ts';
import { findNetwork, networks } from './registry.ts';
import { inferShapes } from './shapes.ts';

/** Id and state of each row, in the order of the drawing. */
function rowsOf(svg: string): (readonly [string, string])[] {
  return [...svg.matchAll(/data-stage="([^"]*)" data-state="([^"]*)"/g)].map((found) => [found[1]!, found[2]!]);
}

/** Whether every element is closed where it should be. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [tag, closing, name, , empty] of svg.matchAll(/<(\/?)([a-z]+)((?:[^>"]|"[^"]*")*?)(\/?)>/g)) {
    if (closing === '/') {
      if (open.pop() !== name) return false;
    } else if (empty !== '/' && tag.length > 0) open.push(name!);
  }
  return open.length === 0 && !/&(?!amp;|lt;|gt;|quot;)/.test(svg);
}

describe.each(Object.keys(networks))('the drawing of %s', (id) => {
  const network = findNetwork(id);

  it('has a row for each stage and each head, with the shape that crosses there', () => {
    const svg = networkSvg(network);
    expect(isWellFormed(svg)).toBe(true);
    const wanted = [...network.stages.slice(1), ...network.heads].map(({ id: row }) => row);
    expect(
      rowsOf(svg)
        .map(([row]) => row)
        .sort(),
    ).toEqual(wanted.toSorted());
    const shapes = inferShapes(network);
    for (const { node } of [...network.stages, ...network.heads]) expect(svg).toContain(shapes.get(node)!.join(' × '));
  });

  it('colours what is frozen up to any stage, and all after it as learning', () => {
    const shown = rowsOf(networkSvg(network)).map(([row]) => row);
    for (const [at, { id: stage }] of network.stages.entries()) {
      const states = new Map(rowsOf(networkSvg(network, { frozenThrough: stage })));
      for (const [index, each] of network.stages.slice(1).entries())
        expect(states.get(each.id), `${stage}: ${each.id}`).toBe(index < at ? 'frozen' : 'learning');
      expect(states.get(network.heads[0]!.id)).toBe('learning');
      expect([...states.keys()]).toEqual(shown);
    }
  });
});

describe('networkSvg', () => {
  it('tells the parameters of LeNet-5 on both sides of the cut, as counted on paper', () => {
    const svg = networkSvg(lenet5(), { frozenThrough: 'pool2' });
    expect(svg).toContain('frozen: 2.57 k, learning: 59.1 k'); // 6 * 26 + 16 * 151; 48,120 + 10,164 + 850
    expect(svg).toContain('156 parameters, 118 k multiplications, frozen'); // 784 * 6 * 25
  });

  it('leaves out the side branches that hang on the frozen part', () => {
    const svg = networkSvg(findNetwork('googlenet'), { frozenThrough: 'inception4b' });
    expect(svg).toContain('frozen: 1.41 M, learning: 8.41 M, left out: 3.19 M'); // 13.0 M in all, 3.19 M of them in the first side branch
    const stateOf = (stage: string) => new Map(rowsOf(networkSvg(findNetwork('googlenet'), { frozenThrough: stage })));
    expect(stateOf('inception4a').get('aux1')).toBe('learning');
    expect(stateOf('inception4b').get('aux1')).toBe('leftOut');
    expect(stateOf('inception4b').get('aux2')).toBe('learning');
  });

  it('hangs a side branch right behind its stage, and draws the cut only where something is frozen', () => {
    const order = rowsOf(networkSvg(findNetwork('googlenet'))).map(([row]) => row);
    expect(order[order.indexOf('aux1') - 1]).toBe('inception4a');
    expect(order[order.indexOf('aux2') - 1]).toBe('inception4d');
    expect(networkSvg(lenet5())).not.toContain('class="cut"');
    expect(networkSvg(lenet5(), { frozenThrough: 'pool1' })).toContain('class="cut"');
  });

  it('escapes what stands in a title', () => {
    const odd: Network = { ...lenet5(), title: 'a < b & "c"' };
    expect(networkSvg(odd)).toContain('<title>a &lt; b &amp; &quot;c&quot;</title>');
  });

  it('refuses a stage that there is not, and names those that there are', () => {
    expect(() => networkSvg(lenet5(), { frozenThrough: 'top' })).toThrow(/Choose one of: input, pool1/);
  });
});
