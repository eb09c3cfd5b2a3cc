import type { ruleLists as english } from '../en/ruleLists';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

export const ruleLists = (figures: Figures): Area<typeof english> => {
  const { count } = figures;
  const counted = counting(figures);
  const inForce = (n: number) => counted(n, 'действует # правило', 'действуют # правила', 'действуют # правил');
  return {
    title: 'Списки правил извне',
    none: 'Адрес, по которому кто-то держит правила в формате ACL. Parasol время от времени загружает их снова.',
    hint: 'Сначала важны ваши правила, затем эти списки по порядку. Решает первый, который называет цель. Что не назвал никто, идёт, как сказано в ваших правилах, а иначе как говорили списки при добавлении.',
    nameless: 'Список без названия',
    add: 'Добавить список…',
    addTitle: 'Добавить список',
    addIt: 'Добавить',
    url: 'Адрес списка',
    urlHint: 'Начинается с https://. Загружается сразу, сначала через используемый сервер.',
    nameHint: 'Если пусто, то имя хоста.',
    known: 'Такой список у вас уже есть.',
    tooMany: (n) => `Списков уже ${count(n)}, больше нельзя.`,
    inForce: (rules, used) => (used === 0 ? inForce(rules) : `${inForce(rules)}, пригодилось ${count(used)}`),
    refused: (n) => counted(n, '# строка не действует', '# строки не действуют', '# строк не действуют'),
    restDirect: 'остальное идёт напрямую',
    restProxy: 'остальное идёт через сервер',
    beyond: (n) => `Списков может быть не больше ${count(n)}: этот не загружается и не действует.`,
    restChanged: 'Теперь он говорит об остальном не то, что при добавлении, и это не исполняется. Чтобы исполнялось, уберите список и добавьте снова.',
    fetching: 'Загружается…',
    never: 'Ещё не загружался',
    fetched: (when) => `Обновлён ${when}`,
    lastGood: 'Действуют правила последнего пригодного списка.',
    noList: 'Пришёл не список правил в формате ACL, а, вероятно, веб-страница или список для другой программы.',
    interval: (name) => `Когда загружать ${name}`,
    asListed: 'как сказано в списке, иначе каждый день',
    paused: 'только по вашей просьбе',
    refresh: 'Обновить',
    refreshNamed: (name) => `Обновить ${name}`,
    remove: (name) => `Убрать ${name}`,
    removeTitle: (name) => `Удалить ${name}?`,
    removeText: 'Его правила больше не действуют, а его адрес забывается. То, что они называли, пойдёт, как говорят остальные ваши правила.',
    hits: {
      title: 'Что решили правила',
      rule: 'Правило',
      where: 'Где стоит',
      times: 'Раз',
      own: (line, heading) => `строка ${line} ваших правил, в [${heading}]`,
      ofList: (list, line, heading) => `строка ${line} списка ${list}, в [${heading}]`,
      none: 'С запуска Parasol — ничего.',
      all: (n) => `Показать все ${count(n)}`,
      fewer: 'Показать меньше',
    },
  };
};
