import type { ChangeReason } from '../../backend/bindings/ChangeReason';
import type { MemberHealth } from '../../backend/bindings/MemberHealth';
import type { Policy } from '../../backend/bindings/Policy';
import { byKind, type ByKind } from '../coded';
import type { groups as english } from '../en/groups';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const policies: Record<Policy, string> = { fixed: 'Постоянный', fallback: 'Резерв', fastest: 'Быстрейший', random: 'Случайный' };

const about: Record<Policy, string> = {
  fixed: 'Тот сервер, который выбрали вы, что бы с ним ни было.',
  fallback: 'Первый работающий сервер; когда снова заработает стоящий выше, используется он.',
  fastest: 'Сервер, который отвечает раньше; малая разница не в счёт.',
  random: 'Любой работающий сервер, каждый раз другой.',
};

const health: Record<MemberHealth, string> = {
  unknown: 'ничего не известно',
  good: 'работает',
  bad: 'не работает',
  unusable: 'нельзя использовать в таком виде',
};

export function groups(figures: Figures): Area<typeof english> {
  const { count, latency, span } = figures;
  const why: ByKind<ChangeReason> = {
    begun: () => 'группа выбрана или включена',
    gone: () => 'прежнего больше нет или его нельзя использовать',
    fixed: () => 'так выбрали вы',
    failed: () => 'прежний не работает',
    returned: () => 'он снова работает и стоит выше',
    faster: ({ micros, beforeMicros }) => `его первый байт приходит за ${latency(micros)}, а у прежнего за ${latency(beforeMicros)}`,
  };
  return {
    title: 'Группы',
    list: 'Группы',
    none: 'Группа заменяет несколько серверов: работает один, а если он откажет или станет медленнее, его место займёт другой.',
    new: 'Новая группа',
    edit: 'Правка группы',
    editNamed: (name) => `Изменить ${name}`,
    delete: (name) => `Удалить ${name}`,
    deleteTitle: (name) => `Удалить ${name}?`,
    deleteText: 'Профили останутся. Если группа используется, в работе останется нынешний профиль.',
    nameless: 'Без названия',
    inUse: 'используется',
    use: 'Выбрать',
    useNamed: (name) => `Выбрать ${name}`,
    members: 'Участники',
    membersOf: (name) => `Участники: ${name}`,
    empty: 'Участников не осталось, поэтому группу нельзя использовать.',
    usedNow: 'сейчас в работе',
    described: (policy) => `${policies[policy]}: ${about[policy].replace(/^./, (first) => first.toLowerCase())}`,
    changed: (time, to, from, reason) => {
      const because = byKind<ChangeReason>(why, reason);
      return from === null || reason.kind === 'begun'
        ? `${to} с ${time}: ${because}.`
        : `${to} с ${time} вместо ${from}: ${because}.`;
    },
    policies,
    about,
    health,
    back: 'Профили',
    name: 'Название',
    nameHint: 'Можно оставить пустым.',
    policy: 'Как выбирается',
    membersHint: 'Предпочтительный стоит первым.',
    membersNone: 'Группе нужен участник: выберите его здесь.',
    move: (name) => `Переместить ${name}: клавишами со стрелками или мышью`,
    moved: (name, at, of) => `${name}: теперь ${count(at)} из ${count(of)}.`,
    remove: (name) => `Убрать ${name}`,
    add: 'Добавить участника',
    addWhich: 'Выберите профиль…',
    addAll: (n) =>
      n === 1 ? 'Добавить оставшийся' : counting(figures)(n, 'Добавить # оставшийся', 'Добавить # оставшихся', 'Добавить # оставшихся'),
    fixed: 'Используемый участник',
    fixedFirst: 'первый',
    dwell: 'Держать не меньше',
    dwellHint: 'Столько остаётся работающий участник, прежде чем его сменит лучший. Отказавший меняется сразу.',
    dwellFor: (seconds) => (seconds === 0 ? 'без ограничения' : span(seconds * 1000)),
    save: 'Сохранить',
  };
}
