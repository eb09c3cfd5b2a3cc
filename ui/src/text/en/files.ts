import type { FileShown } from '../../backend/bindings/FileShown';
import type { OwnFile } from '../../backend/bindings/OwnFile';

const names: Record<OwnFile, string> = { profiles: 'Profiles and settings', log: 'Log' };

const said: Record<FileShown, string> = { shown: '', notThere: 'It has not been written yet.', notShown: 'No file manager could be asked. Open the folder yourself.' };

export const files = {
  title: 'Files',
  lead: 'Where Parasol keeps them. For another machine, make a backup: it has the passwords too, wherever they lie here.',
  names,
  show: 'Show',
  shows: (name: string) => `Show the file: ${name}`,
  asking: 'Asking the file manager…',
  said,
};
