import { expect, test } from 'vitest';
import type { Backend } from '../backend/backend';
import type { AppState } from '../backend/bindings/AppState';
import { Fake } from '../backend/fake/fake';
import { scene } from '../backend/fake/scene';
import { Session } from './session.svelte';

const settled = () => new Promise((done) => setTimeout(done));

test('a state that was pushed is not overwritten by an older answer', async () => {
  const fake = new Fake('off');
  const older = scene('off', 0).state;
  const newer: AppState = { ...older, localPort: 1081 };
  let answer: (state: AppState) => void = () => {};
  let push: (state: AppState) => void = () => {};
  const backend: Backend = Object.assign(Object.create(fake) as Backend, {
    state: () => new Promise<AppState>((resolve) => (answer = resolve)),
    onState: (changed: (state: AppState) => void) => {
      push = changed;
      return () => {};
    },
  });
  const session = new Session(backend);
  session.start();
  push(newer);
  answer(older);
  await settled();
  expect(session.state?.localPort).toBe(1081);
});

test('a program that cannot be asked is said, until it can be again', async () => {
  const fake = new Fake('off');
  const session = new Session(fake);
  session.start();
  const send = fake.send.bind(fake);
  fake.send = () => Promise.reject(new Error('gone'));
  expect(await session.send({ kind: 'setOn', on: true })).toBe(false);
  expect(session.failure).toBe('gone');
  fake.send = send;
  expect(await session.send({ kind: 'setOn', on: true })).toBe(true);
  expect(session.failure).toBeUndefined();
  expect(session.state?.actual.kind).toBe('on');
});

test('a hidden undo comes back with the next deletion', async () => {
  const session = new Session(new Fake('off'));
  session.start();
  await session.send({ kind: 'deleteProfile', id: 'p1' });
  expect(session.undo).toBe('Tokyo');
  session.hideUndo();
  expect(session.undo).toBeUndefined();
  await session.send({ kind: 'deleteProfile', id: 'p2' });
  expect(session.undo).toBe('Frankfurt');
});

test('after the stop no state comes in', async () => {
  const fake = new Fake('off');
  const session = new Session(fake);
  const stop = session.start();
  await settled();
  stop();
  await fake.send({ kind: 'setOn', on: true });
  expect(session.state?.actual.kind).toBe('off');
});
