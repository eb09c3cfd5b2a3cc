import type { Action } from '../backend/bindings/Action';
import type { VerdictCode } from '../backend/bindings/VerdictCode';
import type { ProfileView } from '../backend/bindings/ProfileView';
import { address } from '../text/address';
import type { Place } from './place.svelte';
import type { Program } from './program.svelte';

/** What is helped by going elsewhere, or by asking for something. Clocks have a part of their own. */
type Help = Exclude<Action, { kind: 'setClock' }>;

/** Does what helps: asks for something, or goes where it can be mended. */
export async function help(action: Help, program: Program, place: Place): Promise<void> {
  const { active } = program;
  const send = program.send.bind(program);
  switch (action.kind) {
    case 'usePort':
      // Off stays off: then the number is all that was wanted.
      await send({ kind: 'setLocalPort', port: action.port });
      if (program.state?.wanted) await send({ kind: 'setOn', on: true });
      return;
    case 'tryAgain':
      return void (await send({ kind: 'setOn', on: true }));
    case 'takeProxyBack':
    case 'giveProxyBack':
      // Asked for once more, whichever way it is wanted.
      return void (await send({ kind: 'setSystemProxy', mode: program.state?.systemProxy.wanted ?? 'leave' }));
    case 'leaveProxy':
      return void (await send({ kind: 'setSystemProxy', mode: 'leave' }));
    case 'unlockSecrets':
      return void (await send({ kind: 'unlockSecrets' }));
    case 'addProfile':
      return place.edit(null);
    case 'approvePlugin':
    case 'approveLegacy':
      // What it would run, or how unsafe it is, is read there before it is approved.
      place.go('home');
      return void (await send({ kind: 'setOn', on: true }));
    case 'editProfile':
      return active ? place.edit(active.id) : place.go('profiles');
    case 'editPort':
      return place.settings('ports');
    case 'editProbe':
      return place.settings('tests');
  }
}

/** What helps with a verdict that a connection ended with. */
export type VerdictHelp = { kind: 'testServer'; profile: ProfileView } | { kind: 'changePort' };

/** `server` is what it went through, as `host:port`: that can be tested where a profile leads there. */
export function verdictHelp(verdict: VerdictCode, server: string | null, profiles: readonly ProfileView[]): VerdictHelp | undefined {
  switch (verdict) {
    case 'silentClient':
    case 'badRequest':
    case 'loginRefused':
      return { kind: 'changePort' };
    case 'nameNotFound':
    case 'nameTimedOut':
    case 'noAnswer':
    case 'refused':
    case 'unreachable':
    case 'silentServer':
    case 'serverClosed':
    case 'badAnswer': {
      const profile = profiles.find(({ builtin, server: host, port }) => !builtin && address(host, port) === server);
      return profile && { kind: 'testServer', profile };
    }
    case 'badClient':
    case 'idle':
    case 'blocked':
    case 'noResources':
      return undefined;
  }
}

/** Does it: a test is shown with the profile, where its fields can be mended. */
export async function helpVerdict(help: VerdictHelp, program: Program, place: Place): Promise<void> {
  if (help.kind === 'changePort') return place.settings('ports');
  place.edit(help.profile.id);
  await program.send({ kind: 'testProfile', id: help.profile.id });
}
