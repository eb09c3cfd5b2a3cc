import { expect, test } from 'vitest';
import type { Backend } from '../backend/backend';
import type { AppState } from '../backend/bindings/AppState';
import { Fake } from '../backend/fake/fake';
import { scene } from '../backend/fake/scene';
import { Program } from './program.svelte';
import { settled } from '../test/settled';

test('a state that was pushed is not overwritten by an older answer', async () => {
  const fake = new Fake('off');
  const older = scene('off', 0).state;
  const newer: AppState = { ...older, localPort: 1081 };
  let answer: (state: AppState) => void = () => {};
  let push: (state: AppState) => void = () => {};
  const backend: Backend = Object.assign(fake, {
    state: () => new Promise<AppState>((resolve) => (answer = resolve)),
    onState: (changed: (state: AppState) => void) => {
      push = changed;
      return () => {};
    },
  });
  const program = new Program(backend);
  program.start();
  push(newer);
  answer(older);
  await settled();
  expect(program.state?.localPort).toBe(1081);
});

test('a program that cannot be asked is said, until it can be again', async () => {
  const fake = new Fake('off');
  const program = new Program(fake);
  program.start();
  const send = fake.send.bind(fake);
  fake.send = () => Promise.reject(new Error('gone'));
  expect(await program.send({ kind: 'setOn', on: true })).toBe(false);
  expect(program.failure).toBe('gone');
  fake.send = send;
  expect(await program.send({ kind: 'setOn', on: true })).toBe(true);
  expect(program.failure).toBeUndefined();
  expect(program.state?.actual.kind).toBe('on');
});

test('a hidden undo comes back with the next deletion', async () => {
  const program = new Program(new Fake('off'));
  program.start();
  await program.send({ kind: 'deleteProfile', id: 'p1' });
  expect(program.undo).toBe('Tokyo');
  program.hideUndo();
  expect(program.undo).toBeUndefined();
  await program.send({ kind: 'deleteProfile', id: 'p2' });
  expect(program.undo).toBe('Frankfurt');
});

test('after the stop no state comes in', async () => {
  const fake = new Fake('off');
  const program = new Program(fake);
  const stop = program.start();
  await settled();
  stop();
  await fake.send({ kind: 'setOn', on: true });
  expect(program.state?.actual.kind).toBe('off');
});
