import { setImmediate } from 'node:timers/promises';

/** Everything that was promised by now has been told. One turn of the event loop, and no time. */
export const settled = () => setImmediate();
