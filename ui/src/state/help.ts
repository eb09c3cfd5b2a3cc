import type { Action } from '../backend/bindings/Action';
import type { Command } from '../backend/bindings/Command';
import type { PortDraft } from '../backend/bindings/PortDraft';
import type { PortView } from '../backend/bindings/PortView';
import type { Problem } from '../backend/bindings/Problem';
import type { ProfileView } from '../backend/bindings/ProfileView';
import type { StageCode } from '../backend/bindings/StageCode';
import type { VerdictCode } from '../backend/bindings/VerdictCode';
import { address } from '../text/address';
import type { Place } from './place.svelte';
import type { Program } from './program.svelte';

/** Whose problem it is: of the local port and the profile in use, or of another port and the profile that it leads through. */
export interface Whose {
  profile?: ProfileView | undefined;
  port?: PortView | undefined;
}

/** What is helped by asking for something or by going elsewhere. Clocks have a part of their own. */
export type Help = Exclude<Action, { kind: 'setClock' }>;

/** What helps with a problem: the same as the program says where it comes upon it in a diagnosis. */
export function helps(problem: Problem): Help {
  switch (problem.code) {
    case 'portTaken':
    case 'portReserved':
      return problem.nextFree === null ? { kind: 'editPort' } : { kind: 'usePort', port: problem.nextFree };
    case 'bindFailed':
    case 'portUsedTwice':
    case 'badPort':
    case 'pluginNotForPort':
    case 'profileGone':
      return { kind: 'editPort' };
    case 'noProfile':
      return { kind: 'addProfile' };
    case 'badProfile':
    case 'pluginMissing':
    case 'pluginFailed':
    case 'pluginSilent':
      return { kind: 'editProfile' };
    case 'pluginUnapproved':
      return { kind: 'approvePlugin' };
    case 'legacyUnapproved':
      return { kind: 'approveLegacy' };
    case 'passwordLocked':
      return { kind: 'unlockSecrets' };
    case 'engineFailed':
    case 'crashed':
      return { kind: 'tryAgain' };
    case 'proxyUnsupported':
    case 'heldByAnother':
      return { kind: 'leaveProxy' };
    case 'proxyTaken':
    case 'proxyFailed':
      return { kind: 'takeProxyBack' };
  }
}

/** It may be over by now, outside of Parasol: then it is enough to try again. */
export function mayBeOver({ code }: Problem): boolean {
  return ['portTaken', 'portReserved', 'bindFailed', 'pluginMissing', 'pluginFailed', 'pluginSilent'].includes(code);
}

/** Does what helps: asks for something, or goes where it can be mended. */
export async function help(
  action: Help,
  program: Program,
  place: Place,
  { profile = program.active, port }: Whose = {},
): Promise<void> {
  const again = () => program.send({ kind: 'setOn', on: true });
  switch (action.kind) {
    case 'usePort':
      if (port) return void (await program.send({ kind: 'savePort', draft: { ...draftOf(port), port: String(action.port) } }));
      await program.send({ kind: 'setLocalPort', port: action.port });
      // Off stays off: then the number is all that was wanted.
      if (program.state?.wanted) await again();
      return;
    case 'tryAgain':
      return void (await again());
    case 'takeProxyBack':
    case 'giveProxyBack':
      // Asked for once more, whichever way it is wanted.
      return void (await program.send({ kind: 'setSystemProxy', mode: program.state?.systemProxy.wanted ?? 'leave' }));
    case 'leaveProxy':
      return void (await program.send({ kind: 'setSystemProxy', mode: 'leave' }));
    case 'unlockSecrets':
      return void (await program.send({ kind: 'unlockSecrets' }));
    case 'approvePlugin':
    case 'approveLegacy':
      if (profile) await program.send(approval(action.kind, profile));
      // What is to be on starts by that; another port waits to be asked.
      if (port || !program.state?.wanted) await again();
      return;
    case 'addProfile':
      return place.edit(null);
    case 'editProfile':
      return profile ? place.edit(profile.id) : place.go('profiles');
    case 'editPort':
      return port ? place.editPort(port.id) : place.settings('ports');
    case 'editProbe':
      return place.settings('tests');
  }
}

function approval(kind: 'approvePlugin' | 'approveLegacy', { id, method, plugin, pluginOpts }: ProfileView): Command {
  return kind === 'approveLegacy' ? { kind, id, method } : { kind, id, plugin, pluginOpts };
}

function draftOf({ id, name, port, kind, target, profile, lan, user, carries }: PortView): PortDraft {
  return { id, name, port: String(port), kind, target, profile, lan, user, password: null, carries };
}

/** What helps with a verdict that a connection ended with. */
export type VerdictHelp = { kind: 'testServer'; profile: ProfileView } | { kind: 'showPorts' } | { kind: 'showTimeouts' } | { kind: 'setClock' };

/** `server` is what it went through, as `host:port`: that can be tested where a profile leads there. */
export function verdictHelp(verdict: VerdictCode, stage: StageCode, server: string | null, profiles: readonly ProfileView[]): VerdictHelp | undefined {
  switch (verdict) {
    case 'silentClient':
    case 'badRequest':
    case 'loginRefused':
      return { kind: 'showPorts' };
    case 'nameNotFound':
    case 'nameTimedOut':
    case 'noAnswer':
    case 'refused':
    case 'unreachable':
    case 'silentServer':
    case 'udpUnanswered':
    case 'serverClosed':
    case 'badAnswer': {
      const profile = profiles.find(({ builtin, server: host, port }) => !builtin && address(host, port) === server);
      return profile && { kind: 'testServer', profile };
    }
    case 'wrongClock':
      return { kind: 'setClock' };
    case 'idle':
      // How long UDP may be silent is not the user's to set.
      return stage === 'associate' ? undefined : { kind: 'showTimeouts' };
    case 'badClient':
    case 'blocked':
    case 'noResources':
      return undefined;
  }
}

/** Does it: a test is shown with the profile, where its fields can be mended. Clocks have a part of their own. */
export async function helpVerdict(help: Exclude<VerdictHelp, { kind: 'setClock' }>, program: Program, place: Place): Promise<void> {
  if (help.kind === 'showPorts') return place.settings('ports');
  if (help.kind === 'showTimeouts') return place.settings('timeouts');
  place.test(help.profile.id);
  await program.send({ kind: 'testProfile', id: help.profile.id });
}
