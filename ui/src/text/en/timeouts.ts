import type { TimeoutsDraft } from '../../backend/bindings/TimeoutsDraft';
import type { Figures } from '../figures';

export function timeouts(figures: Figures) {
  const names: Record<keyof TimeoutsDraft, string> = {
    handshake: 'Request',
    resolve: 'Name lookup',
    connect: 'Answer to connect',
    firstByte: 'First byte',
    idle: 'Idle',
    halfClosed: 'Idle after one side has ended',
  };
  return {
    title: 'Timeouts',
    lead: 'How long may pass before a connection is given up.',
    change: 'Change…',
    seconds: (n: number) => `${figures.count(n)} s`,
    names,
    inSeconds: 'Timeouts in seconds',
    bound: 'First bytes, and a connection that one side has ended, are waited for no longer than Idle.',
    again: 'Saving them ends open connections.',
    usual: (n: number) => `Usually ${figures.count(n)}`,
    fault: (most: number) => `A whole number from 1 to ${figures.count(most)}`,
    save: 'Save',
  };
}
