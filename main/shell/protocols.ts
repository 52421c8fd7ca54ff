/** The schemes app:// and thumb://: by `protocol.handle`, or by `registerBufferProtocol` of Electron before 25. */
import { protocol } from 'electron';
import { type Answer, answer, findAppFile, findPicture } from './served-files.ts';

export const APP_ORIGIN = 'app://thaw';
export const MEDIA_HOST = 'x';

/** To be called before the app is ready. */
export function claimSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true } as const;
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges },
    { scheme: 'thumb', privileges },
  ]);
}

/** To be called once the app is ready. */
export function serveSchemes(rendererFolder: string, projectFolder: () => string | null): void {
  serve('app', (url) => answer(url.host === 'thaw' ? findAppFile(rendererFolder, url.pathname) : null));
  serve('thumb', (url) => answer(url.host === MEDIA_HOST ? findPicture(projectFolder(), url.pathname) : null));
}

function serve(scheme: string, respond: (url: URL) => Promise<Answer>): void {
  if (protocol.handle !== undefined) {
    protocol.handle(scheme, async (request) => {
      const { status, headers, body } = await respond(new URL(request.url));
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  protocol.registerBufferProtocol(scheme, (request, callback) => {
    void respond(new URL(request.url)).then(({ status, headers, body }) => {
      const mimeType = headers['Content-Type']?.split(';')[0] ?? 'application/octet-stream';
      callback({ statusCode: status, headers, mimeType, data: body });
    });
  });
}
