import type { Field } from '../../backend/bindings/Field';
import type { profiles as english } from '../en/profiles';
import type { Area } from '../shape';

export const fields: Record<Field, string> = {
  name: 'Название',
  server: 'Сервер',
  port: 'Порт',
  method: 'Метод',
  password: 'Пароль',
  plugin: 'Плагин',
  pluginOpts: 'Параметры плагина',
  notes: 'Заметки',
};

export const profiles: Area<typeof english> = {
  profiles: {
    title: 'Профили',
    new: 'Новый',
    import: 'Импорт',
    about: 'Профиль — это сервер с паролем, который вы сохранили.',
    none: 'Пока ни одного: импортируйте или введите сервер вручную.',
    list: 'Профили в вашем порядке',
    builtin: 'встроенный',
    inUse: 'используется',
    use: 'Выбрать',
    useNamed: (name) => `Выбрать ${name}`,
    edit: (name) => `Изменить ${name}`,
    share: (name) => `Поделиться: ${name}`,
    from: (list) => `из ${list}`,
    gone: 'пропал из списка, остаётся, пока используется',
    delete: (name) => `Удалить ${name}`,
    move: (name) => `Переместить ${name}: клавишами со стрелками или мышью`,
    moved: (name, at, of) => `${name}: теперь ${at} из ${of}.`,
  },
  editor: {
    ...fields,
    back: 'Профили',
    new: 'Новый профиль',
    edit: 'Правка профиля',
    nameHint: 'Если пусто, вместо него стоит адрес сервера.',
    methodHint: 'Тот же, что на сервере.',
    methodUnsafe: (method) =>
      method === 'none'
        ? 'Небезопасно: ничего не шифруется. Перед использованием будет вопрос.'
        : 'Небезопасно: любой в пути может изменить данные. Перед использованием будет вопрос.',
    unsafeOnes: 'Небезопасные',
    unsafeOne: (method) => `${method} (небезопасно)`,
    oneTimeAuth: 'Одноразовая аутентификация, если её требует сервер',
    pluginHint: 'Только если нужен серверу, например obfs-local. Работает с вашими правами.',
    optsHidden: '•••• стоит вместо пароля, который сохранён и не показывается.',
    kept: 'сохранён, без изменений',
    reveal: 'Показать пароль',
    hide: 'Скрыть пароль',
    save: 'Сохранить',
  },
};
