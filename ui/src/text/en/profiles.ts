import type { Field } from '../../backend/bindings/Field';

export const fields: Record<Field, string> = {
  name: 'Name',
  server: 'Server',
  port: 'Port',
  method: 'Method',
  password: 'Password',
  plugin: 'Plugin',
  pluginOpts: 'Plugin options',
  notes: 'Notes',
};

export const profiles = {
  profiles: {
    title: 'Profiles',
    new: 'New profile',
    import: 'Import',
    about: 'A profile is a server with its password, as you saved it.',
    none: 'There is none yet: import one, or enter a server by hand.',
    list: 'Profiles in your order',
    builtin: 'built in',
    inUse: 'in use',
    use: 'Use',
    useNamed: (name: string) => `Use ${name}`,
    edit: (name: string) => `Edit ${name}`,
    share: (name: string) => `Share ${name}`,
    from: (list: string) => `from ${list}`,
    gone: 'gone from its list, kept while in use',
    delete: (name: string) => `Delete ${name}`,
    move: (name: string) => `Move ${name}: arrow keys or drag`,
    moved: (name: string, at: number, of: number) => `${name} is now ${at} of ${of}.`,
  },
  editor: {
    ...fields,
    back: 'Profiles',
    new: 'New profile',
    edit: 'Edit profile',
    nameHint: 'If left empty, the server’s address stands for it.',
    methodHint: 'The same as on the server.',
    methodUnsafe: (method: string) =>
      method === 'none'
        ? 'Unsafe: it encrypts nothing. You are asked before it is used.'
        : 'Unsafe: anybody on the way can change what it carries. You are asked before it is used.',
    unsafeOnes: 'Unsafe',
    unsafeOne: (method: string) => `${method} (unsafe)`,
    oneTimeAuth: 'One-time authentication, if the server asks for it',
    pluginHint: 'Only if the server needs one, such as obfs-local. It runs as a program of yours.',
    optsHidden: '•••• stands for a password that is saved and not shown.',
    kept: 'saved, unchanged',
    reveal: 'Show password',
    hide: 'Hide password',
    save: 'Save',
  },
};
