export const start = {
  title: 'Teach a network your own classes',
  detail: 'With a few dozen photos, on this machine. Nothing leaves it.',
  drop: 'Drop photos or a folder anywhere',
  dropDetail: 'A folder whose subfolders are class names brings the labels with it.',
  chooseFolder: 'Choose a folder',
  chooseFiles: 'Choose photos',
  sample: 'No photos at hand?',
  sampleDetail:
    'Two cats and a class for neither of them: drawn pictures that come with Thaw, ready to train in a minute.',
  trySample: 'Open the sample',
  steps: 'How it works',
  stepName: '{{number}}. {{name}}',
  stepDetail: {
    photos: 'Add photos and sort them into classes by mouse or by the keys 1 to 9.',
    train: 'Choose how much of a trained network may thaw and learn anew; what it costs is shown before.',
    use: 'Drop new photos: each gets an answer, and how sure it is.',
  },
  projects: 'Projects',
  openProject: 'Open …',
  newProject: 'New …',
} as const;
