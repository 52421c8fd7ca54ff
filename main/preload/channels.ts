/** The names under which preload and shell speak; nothing else is listened to. */
export const channels = {
  connect: 'thaw:connect', // invoke
  port: 'thaw:port', // to the renderer, with a MessagePort
  projectState: 'thaw:project-state', // invoke
  projectChanged: 'thaw:project-changed', // to the renderer
  openProject: 'thaw:open-project',
  newProject: 'thaw:new-project',
  recentProjects: 'thaw:recent-projects',
  forgetProject: 'thaw:forget-project',
  pickPhotos: 'thaw:pick-photos',
  pickWeights: 'thaw:pick-weights',
  pickPack: 'thaw:pick-pack',
  pickTarget: 'thaw:pick-target',
  setTheme: 'thaw:set-theme',
  setLanguage: 'thaw:set-language',
  menu: 'thaw:menu', // to the renderer
  failed: 'thaw:failed', // to the renderer
  revealInFolder: 'thaw:reveal-in-folder',
  copyText: 'thaw:copy-text',
} as const;

/** Sent over a port in place of a frame when the host has ended: older Chromium tells no port that its other end is gone. */
export const PORT_ENDED = null;
