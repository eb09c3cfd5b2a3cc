// A stand-in for the app's looking at a profile before it is used.
import type { AppState } from '../bindings/AppState';
import type { Problem } from '../bindings/Problem';

/** Why what is chosen cannot be switched on, if it cannot. */
export function hindrance({ profiles, active }: AppState): Problem | undefined {
  if (!profiles.length) return { code: 'noProfile' };
  const used = profiles.find(({ id }) => id === active);
  if (used?.passwordLocked) return { code: 'passwordLocked' };
  if (used?.plugin && !used.pluginApproved) return { code: 'pluginUnapproved', name: used.plugin };
  if (used?.legacy && !used.legacyApproved) return { code: 'legacyUnapproved', method: used.method };
  return undefined;
}
