import './lib/older-browsers.ts';
import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import 'uplot/dist/uPlot.min.css';
import 'virtual:theme-variables.css';
import './theme/tokens.css';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app/App.tsx';
import { connectToHost } from './lib/client/connection.ts';
import { createFrameClient } from './lib/client/frame-client.ts';
import { tellClippedWords } from './lib/clipped-words.ts';
import { languageOf, setLanguage, startTexts } from './lib/i18n/i18n.ts';
import { loadSaid } from './lib/i18n/use-said.ts';
import { listenToKeys } from './lib/shortcuts.ts';

z.config({ jitless: true }); // its compiled checks need eval, which CSP forbids
const language = languageOf('system', navigator.languages);
startTexts(language);
setLanguage(language);
void loadSaid(language); // also where no project opens
listenToKeys();
tellClippedWords();
const client = createFrameClient({ connect: connectToHost });
createRoot(document.getElementById('root')!).render(<App client={client} />);
