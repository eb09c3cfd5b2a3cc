// What the user chooses and nothing else follows from.
import type { AppState } from '../bindings/AppState';
import type { Command } from '../bindings/Command';

/** What a choice makes of the state; nothing when it is something else. */
export function afterChoice({ notices, ports, routing, tests }: AppState, command: Command): Partial<AppState> | undefined {
  switch (command.kind) {
    case 'setMode':
      return { routing: { ...routing, mode: command.mode } };
    case 'setLocalDirect':
      return { routing: { ...routing, localDirect: command.direct } };
    case 'deletePort':
      return { ports: ports.filter(({ id }) => id !== command.id) };
    case 'cancelTests':
      return { tests: { ...tests, waiting: [] } };
    case 'dismissNotice':
      return { notices: notices.filter(({ id }) => id !== command.id) };
    case 'trayPresent':
      return { onClose: command.present ? 'close' : 'ask' };
    case 'setOnClose':
      return { onClose: command.onClose };
    case 'setOnAtStart':
      return { onAtStart: command.when };
    case 'setLog':
      return { log: { level: command.level, targets: command.targets } };
    case 'setLanguage':
      return { language: command.language };
    case 'setTheme':
      return { theme: command.theme };
    case 'setNotify':
      return { notify: command.notify };
    default:
      return undefined;
  }
}
