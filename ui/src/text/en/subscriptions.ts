import type { CertificateFault } from '../../backend/bindings/CertificateFault';
import type { MergedView } from '../../backend/bindings/MergedView';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import type { UrlSlip } from '../../backend/bindings/UrlSlip';
import type { UsageView } from '../../backend/bindings/UsageView';
import type { ByKind } from '../coded';
import type { Figures } from '../figures';

export const certificateFaults: Record<CertificateFault, string> = {
  untrusted: 'is vouched for by nobody that this machine trusts',
  wrongName: 'is for another name',
  expired: 'is not valid today; if it should be, this machine’s clock is wrong',
  revoked: 'was revoked',
  other: 'cannot be used',
};

const urlSlips: Record<UrlSlip, string> = {
  link: 'This is the link of one server. Profiles → Import takes it.',
  http: 'This is not encrypted on the way. Try it with https://, or ask your provider for such an address.',
  noScheme: 'The beginning of the address is missing. Put https:// before it.',
  login: 'An address with a login in it is not taken.',
  other: 'This is not the address of a list. It begins with https:// or ssconf://.',
};

/** The same address may give the list another time. */
export const mayPass = (fault: SubscriptionFault) =>
  ['noConnection', 'timedOut', 'noSuchHost', 'locked'].includes(fault.kind) || (fault.kind === 'refused' && fault.status >= 500);

export const subscriptionFaults: ByKind<SubscriptionFault> = {
  badUrl: ({ slip }) => urlSlips[slip],
  locked: () => 'The address is locked in the password store. Unlock it, and try again.',
  noSuchHost: ({ host }) => `The name ${host} is not found. Look for a typing mistake, and check this machine’s network.`,
  privateHost: ({ host }) => `${host} is on this machine or in its network. Lists are fetched from the internet only.`,
  noConnection: ({ host }) => `There is no connection to ${host}. It may be down, or blocked on the way.`,
  badCertificate: ({ host, fault }) => `The certificate of ${host} ${certificateFaults[fault]}. Somebody else may be answering.`,
  noAuthorities: () => 'This machine has no list of whom to trust for certificates. Install ca-certificates.',
  timedOut: () => 'The list did not come in time.',
  tooLarge: () => 'The list is larger than Parasol takes.',
  tooManyRedirects: () => 'The address leads from one place to the next and to no list.',
  badRedirect: ({ host }) => `${host} leads on to an address that does not begin with https://. Lists are not fetched from there.`,
  refused: ({ host, status }) =>
    status >= 500
      ? `${host} has a fault of its own (status ${status}). It is tried again.`
      : `${host} does not give the list (status ${status}). The address may have expired: ask whoever gave it to you.`,
  badAnswer: ({ host }) => `The answer of ${host} cannot be read.`,
  noList: () => 'What came is not a list of servers but probably a web page. Ask your provider for the Shadowsocks subscription address.',
  noServers: () => 'There is no server in the list that Parasol can take.',
  crashed: () => 'A part of Parasol crashed. Its log says which.',
};

export const subscriptions = (figures: Figures) => {
  const { plural } = figures;
  const every = (hours: number) =>
    hours % 24 === 0
      ? plural(hours / 24, { one: 'every day', other: 'every # days' })
      : plural(hours, { one: 'every hour', other: 'every # hours' });
  return {
    title: 'Subscriptions',
    open: (n: number) => (n === 0 ? 'Subscriptions' : `Subscriptions (${figures.count(n)})`),
    back: 'Profiles',
    none: 'A subscription is an address behind which a provider keeps a list of servers. Parasol fetches it again from time to time.',
    list: 'Subscriptions in the order in which they were added',
    add: 'Add a subscription',
    refreshAll: 'Refresh all',
    refresh: 'Refresh',
    refreshNamed: (name: string) => `Refresh ${name}`,
    edit: (name: string) => `Edit ${name}`,
    remove: (name: string) => `Remove ${name}`,
    fetching: 'Being fetched…',
    fetched: (when: string) => `Fetched ${when}`,
    never: 'Not fetched yet',
    next: (when: string) => `next ${when}`,
    paused: 'paused: only when you ask',
    nameless: 'A subscription',
    profiles: (n: number) => plural(n, { one: '# profile', other: '# profiles' }),
    gone: (n: number) => plural(n, { one: '# of them gone from the list', other: '# of them gone from the list' }),
    refused: (n: number) => plural(n, { one: '# entry not taken', other: '# entries not taken' }),
    merged: ({ added, changed, removed, kept }: MergedView) => {
      const parts = [
        added && `${figures.count(added)} new`,
        changed && `${figures.count(changed)} changed`,
        removed && `${figures.count(removed)} removed`,
        kept && `${figures.count(kept)} gone but in use`,
      ].filter(Boolean);
      return parts.length ? `last time: ${parts.join(', ')}` : 'last time nothing changed';
    },
    /** The profiles stay as they were. */
    lastGood: 'The profiles are those of the last good list.',
    usage: 'Used up',
    used: ({ used, total }: UsageView) =>
      total === null ? `${figures.size(used ?? 0)} used` : `${figures.size(used ?? 0)} of ${figures.size(total)} used`,
    limit: (total: number) => `${figures.size(total)} in all`,
    expires: (day: string, past: boolean) => (past ? `ended ${day}` : `ends ${day}`),
    url: 'Address of the list',
    urlHint: 'It is fetched now, to show what is in it. Keep it to yourself: whoever has it has the servers.',
    look: 'Look at it',
    looking: 'Fetching…',
    found: (title: string, host: string) => (title === '' || title === host ? `A list at ${host}` : `${title}, a list at ${host}`),
    known: 'You have this subscription already.',
    /** Nothing where waiting does not help. */
    later: (fault: SubscriptionFault) => (mayPass(fault) ? 'It can be added all the same, and is then fetched later.' : ''),
    addAll: (n: number) => (n === 0 ? 'Add' : plural(n, { one: 'Add, with # profile', other: 'Add, with # profiles' })),
    editTitle: 'Edit subscription',
    name: 'Name',
    nameHint: 'If left empty, what the list calls itself.',
    interval: 'Fetch it',
    asListed: 'as the list says, or every day',
    every,
    pause: 'Only when asked to',
    save: 'Save',
    removeTitle: (name: string) => `Remove ${name}?`,
    removeText: (n: number) =>
      plural(n, { one: 'It has brought # profile. Keep it as your own, or remove it too?', other: 'It has brought # profiles. Keep them as your own, or remove them too?' }),
    removeEmpty: 'It is not fetched any more. To have it back you need its address.',
    removeInUse: 'The profile in use is one of them. If it is removed, the relay is switched off.',
    keep: 'Keep them',
    removeToo: 'Remove them too',
    removeIt: 'Remove',
  };
};
