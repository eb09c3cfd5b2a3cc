import type { TimeoutsView } from '../../backend/bindings/TimeoutsView';
import type { Figures } from '../figures';

export function timeouts(figures: Figures) {
  const names: Record<keyof TimeoutsView, string> = {
    handshake: 'A program’s request',
    resolve: 'The address of a name',
    connect: 'An answer to connect',
    firstByte: 'The first byte back',
    idle: 'Nothing moves',
    halfClosed: 'Nothing moves, and one side has ended',
  };
  return {
    title: 'Timeouts',
    lead: 'How long each may take before a connection is given up.',
    change: 'Change…',
    seconds: (n: number) => `${figures.count(n)} s`,
    names,
    inSeconds: 'Timeouts in seconds',
    again: 'Saving them ends open connections.',
    usual: (n: number) => `Usually ${figures.count(n)}`,
    fault: (most: number) => `A whole number from 1 to ${figures.count(most)}`,
    save: 'Save',
  };
}
