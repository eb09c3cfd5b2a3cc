import { expect, test } from 'vitest';
import type { FieldProblem } from '../backend/bindings/FieldProblem';
import { Fake } from '../backend/fake/fake';
import { profiles } from '../backend/fake/scene';
import { Draft } from './draft.svelte';
import { settled } from '../test/settled';

test('a problem shows only in a field that the user has been at', async () => {
  const draft = new Draft(new Fake('off'), undefined, 'aes-256-gcm');
  await settled();
  expect(draft.fault('server')).toBeUndefined();
  draft.type('port', '70000');
  await settled();
  expect(draft.fault('port')).toEqual({ code: 'badPort' });
  expect(draft.fault('server')).toBeUndefined();
});

test('a draft that is not ready shows every problem and names the first', async () => {
  const draft = new Draft(new Fake('off'), undefined, 'aes-256-gcm');
  expect(await draft.ready()).toBeUndefined();
  expect(draft.fault('server')).toEqual({ code: 'empty' });
  expect(draft.fault('password')).toEqual({ code: 'empty' });
  expect(draft.firstFault).toBe('server');
});

test('the answer to an older text never overwrites that to a newer one', async () => {
  const fake = new Fake('off');
  const answers: ((problems: FieldProblem[]) => void)[] = [];
  fake.check = () => new Promise((resolve) => answers.push(resolve));
  const draft = new Draft(fake, undefined, 'aes-256-gcm');
  draft.type('port', '0');
  draft.type('port', '1');
  answers[2]?.([]);
  answers[1]?.([{ field: 'port', fault: { code: 'badPort' } }]);
  await settled();
  expect(draft.fault('port')).toBeUndefined();
});

test('a saved password is kept unless a new one is typed, and showing it changes nothing', async () => {
  const draft = new Draft(new Fake('off'), profiles.tokyo, 'aes-256-gcm');
  expect(draft.keepsPassword).toBe(true);
  expect(draft.value('password')).toBe('');
  await draft.reveal();
  expect(draft.value('password')).toBe('c29tZSBrZXkgb2YganVzdCAzMiBieXRlcywgZmluZSE=');
  expect(draft.changed).toBe(false);
  expect((await draft.ready())?.password).toBeNull();
  draft.type('password', 'new');
  expect(draft.changed).toBe(true);
  expect((await draft.ready())?.password).toBe('new');
});

test('a method that the kept password does not fit is said at once', async () => {
  const draft = new Draft(new Fake('off'), profiles.tokyo, 'aes-256-gcm');
  draft.type('method', '2022-blake3-aes-128-gcm');
  await settled();
  expect(draft.fault('password')).toEqual({ code: 'wrongKeyLength', needed: 16, found: 32 });
});

test('an address that stands in for a name does not become the name', async () => {
  const fake = new Fake('off');
  const unnamed = { ...profiles.tokyo, title: 'tk1.example.net:8388', name: '' };
  expect((await new Draft(fake, unnamed, '').ready())?.name).toBe('');
  expect((await new Draft(fake, profiles.tokyo, '').ready())?.name).toBe('Tokyo');
});

test('typing a field back to what is saved leaves nothing to save', () => {
  const draft = new Draft(new Fake('off'), profiles.tokyo, 'aes-256-gcm');
  draft.type('name', 'Kyoto');
  expect(draft.changed).toBe(true);
  draft.type('name', 'Tokyo');
  expect(draft.changed).toBe(false);
});
