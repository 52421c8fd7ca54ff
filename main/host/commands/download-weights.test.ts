/** Pretrained weights from a hub on this machine: downloaded, compared, imported by the engine's own code; nothing else is asked. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { toFailure } from '../../../shared/contract/errors.ts';
import { findCatalogueEntry, weightsCatalogue } from '../../../shared/domain/weights-catalogue.ts';
import { networks } from '../../../shared/networks/registry.ts';
import type { ImportWeightsJob } from '../../engine/protocol/machine-messages.ts';
import { importWeights } from '../../engine/weights/importing/import-weights.ts';
import { backbonesFolder } from '../../kernel/resources.ts';
import type { EngineClient } from '../engine-client.ts';
import { downloadWeights, listCatalogue } from './download-weights.ts';

const shipped = readFileSync(join(backbonesFolder, 'tf_efficientnet_lite0', 'model.safetensors'));
const sha256 = createHash('sha256').update(shipped).digest('hex');
const id = 'tf_efficientnet_lite0.in1k';
const context = { onEvent: () => undefined, signal: new AbortController().signal };

/** The engine's import, in this process. */
const engine = {
  run: async (job: ImportWeightsJob) => {
    const clock = { now: () => new Date(), onBytes: () => undefined, breathe: () => undefined };
    try {
      return { ok: true, value: { kind: 'import-weights', ...(await importWeights({ ...job, ...clock })) } };
    } catch (error) {
      return { ok: false, failure: toFailure(error) };
    }
  },
} as unknown as EngineClient;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-weights-'));
  vi.stubEnv('THAW_WEIGHTS_DIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** Serves the shipped weights as the hub would, saying that they have this hash; tells what was asked. */
async function openHub(told: string): Promise<readonly string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const [start, end] = [Number(from), to === '' ? shipped.byteLength - 1 : Number(to)];
    const range = `bytes ${start}-${end}/${shipped.byteLength}`;
    response.writeHead(206, { etag: '"a-tag"', 'x-linked-etag': `"${told}"`, 'content-range': range });
    response.end(shipped.subarray(start, end + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  vi.stubEnv('THAW_HUB_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return asked;
}

const rowOf = async (wanted: string) => (await listCatalogue()).rows.find((row) => row.id === wanted);

it('weights of the catalogue are downloaded and imported; the catalogue then says that they are here', async () => {
  const asked = await openHub(sha256);
  expect(await rowOf(id)).toMatchObject({ canDownload: true, kept: null, partBytes: null });
  expect(asked).toEqual([]); // to look is to ask nobody
  const { weights, report } = await downloadWeights(engine, { id }, context);
  expect(report).toMatchObject({ matched: 247, missingCount: 0, unexpectedCount: 0, fileSha256: sha256 });
  expect(weights).toMatchObject({ network: 'tf_efficientnet_lite0', licence: 'Apache-2.0' });
  expect(new Set(asked)).toEqual(new Set([`/timm/${id}/resolve/main/model.safetensors`]));
  expect((await rowOf(id))?.kept).toBe(weights?.id);
  expect(readdirSync(join(folder, 'downloads'))).toEqual([]);
});

it('a download whose content has another hash than the hub tells is refused and not kept', async () => {
  await openHub(sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')));
  await expect(downloadWeights(engine, { id }, context)).rejects.toMatchObject({
    code: 'WEIGHTS_INVALID',
    message: expect.stringMatching(/its SHA-256 is .* and it should be/),
  });
  expect(readdirSync(folder)).toEqual(['downloads']);
  expect(readdirSync(join(folder, 'downloads'))).toEqual([]);
});

it('what no hub gives away is said with the name of its file', async () => {
  const asked = await openHub(sha256);
  await expect(downloadWeights(engine, { id: 'torchvision.alexnet-owt' }, context)).rejects.toThrow(
    /alexnet-owt-7be5be79\.pth is on no hub/,
  );
  expect(asked).toEqual([]);
});

it.each(weightsCatalogue)('$id of the catalogue is of a network that is known, with source and licence', (entry) => {
  expect(Object.keys(networks)).toContain(entry.network);
  expect(entry.licence).toMatch(/^(Apache-2\.0|BSD-3-Clause)$/);
  expect(findCatalogueEntry(entry.id)).toBe(entry); // ids are all different
  if (entry.kind === 'file') expect(entry.sha256Start).toMatch(/^[0-9a-f]{8}$/);
  else expect(`${entry.repository}/${entry.path}`).toMatch(/^timm\/[\w.]+\/model\.safetensors$/);
});
