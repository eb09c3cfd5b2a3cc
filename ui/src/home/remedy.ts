import type { Command } from '../backend/bindings/Command';
import type { Problem } from '../backend/bindings/Problem';
import type { ProxyMode } from '../backend/bindings/ProxyMode';
import { text } from '../text/text';

/** The one thing to do about a problem: ask for something, or go where it can be mended. */
export interface Remedy {
  label: string;
  send?: Command[];
  go?: 'newProfile' | 'profile' | 'port';
  /** Let the plugin of the profile run, or its unsafe method be used. */
  approve?: 'plugin' | 'legacy';
}

const again: Command = { kind: 'setOn', on: true };

/** What would help; with what is wanted of the system proxy. */
export function remedy(problem: Problem, proxy: ProxyMode = 'set'): Remedy {
  const words = text.remedy;
  switch (problem.code) {
    case 'portTaken':
    case 'portReserved':
      return problem.nextFree === null
        ? { label: words.tryAgain, send: [again] }
        : { label: words.usePort(problem.nextFree), send: [{ kind: 'setLocalPort', port: problem.nextFree }, again] };
    case 'portUsedTwice':
    case 'badPort':
    case 'pluginNotForPort':
    case 'profileGone':
      return { label: words.editPort, go: 'port' };
    case 'bindFailed':
    case 'engineFailed':
    case 'crashed':
      return { label: words.tryAgain, send: [again] };
    case 'noProfile':
      return { label: words.addProfile, go: 'newProfile' };
    case 'badProfile':
    case 'pluginMissing':
      return { label: words.editProfile, go: 'profile' };
    case 'passwordLocked':
      return { label: words.unlock, send: [{ kind: 'unlockSecrets' }] };
    case 'pluginUnapproved':
      return { label: words.approvePlugin, approve: 'plugin' };
    case 'legacyUnapproved':
      return { label: words.useUnsafe, approve: 'legacy' };
    case 'pluginFailed':
    case 'pluginSilent':
      return { label: words.tryAgain, send: [again] };
    case 'proxyUnsupported':
    case 'heldByAnother':
      return { label: words.leaveProxy, send: [{ kind: 'setSystemProxy', mode: 'leave' }] };
    case 'proxyTaken':
      return { label: words.setProxyAgain, send: [{ kind: 'setSystemProxy', mode: proxy }] };
    case 'proxyFailed':
      return { label: words.tryAgain, send: [{ kind: 'setSystemProxy', mode: proxy }] };
  }
}
