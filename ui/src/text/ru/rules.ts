import type { RouteCode } from '../../backend/bindings/RouteCode';
import type { RoutingMode } from '../../backend/bindings/RoutingMode';
import type { RuleFault } from '../../backend/bindings/RuleFault';
import type { ByCode } from '../coded';
import type { rules as english } from '../en/rules';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

export const ruleFaults: ByCode<RuleFault> = {
  unknownSection: () => 'заголовок неизвестен, правила под ним тоже не действуют',
  badNetwork: () => 'не сеть; пишите как 10.0.0.0/8 или 2001:db8::/32',
  badName: () => 'не имя хоста',
  badPattern: ({ cause }) => `не годится как регулярное выражение: ${cause}`,
  patternTooBig: () => 'регулярное выражение слишком велико',
  tooManyPatterns: () => 'слишком много регулярных выражений; имена лучше писать как |name или ||name',
  notAscii: () => 'есть буквы, которых в сети не бывает в именах хостов',
  tooLong: () => 'строка слишком длинная',
  import: () => 'другие списки не загружаются; вставьте их правила сюда',
  pacBlocks: () => 'скрипт не может блокировать; поместите это в ваши правила',
  pacPattern: () => 'это регулярное выражение не для программ; поместите его в ваши правила',
};

const modes: Record<RoutingMode, string> = { rules: 'Правила', global: 'Глобально', direct: 'Напрямую' };

const routes: Record<RouteCode, string> = {
  proxy: 'идёт через сервер',
  direct: 'идёт напрямую',
  block: 'блокируется',
};

export const rules = (figures: Figures): Area<typeof english> => {
  const counted = counting(figures);
  return {
    mode: {
      label: 'Режим',
      names: modes,
      notRules: { rules: '', global: 'всё через сервер', direct: 'ничего через сервер' },
      about: {
        rules: 'Правила ниже решают, что идёт через сервер, что напрямую, а что блокируется.',
        global: 'Всё идёт через сервер. Правила ниже хранятся, но не действуют.',
        direct: 'Через сервер не идёт ничего: все видят адрес самого компьютера.',
      },
    },
    rules: {
      title: 'Правила',
      local: 'Этот компьютер и его сеть напрямую',
      localHint: 'Серверу они недоступны. Если правило ниже называет один из них, важнее правило.',
      localIdle: 'В этом режиме всё идёт напрямую.',
      which: 'Какое правило для этого хоста?',
      whichHint: 'Имя, IP-адрес или адрес веб-страницы. Отвечают действующие правила.',
      noHost: 'Это не имя хоста и не IP-адрес.',
      answer: (host, route) => `${host} ${routes[route]}`,
      why: {
        rule: ({ from, hits, line, list, text }) =>
          `из-за строки ${line} ${from === null ? 'ваших правил' : `списка ${from}`}, в [${list}]: ${text}${hits ? ` (решила уже ${figures.count(hits)})` : ''}`,
        default: ({ from }) => (from === null ? 'потому что ни одно правило его не называет' : `потому что ни одно правило его не называет, а список ${from} так говорит об остальном`),
        local: () => 'потому что он на этом компьютере или в его сети и ни одно правило его не называет',
        mode: () => 'из-за режима',
      },
      own: 'Ваши правила',
      pac: 'Только для PAC',
      other: { own: 'Назад к вашим правилам', pac: 'Правила только для PAC' },
      pacNone: (hint) => `Правил пока нет: скрипт (PAC) говорит то же, что ваши правила. ${hint}`,
      pacHint: 'Для скрипта (PAC), который читают программы, когда системный прокси — PAC. В режиме «Правила» они стоят там перед вашими правилами: имена и сети из [bypass_list] идут напрямую, мимо Parasol, а из [proxy_list] — через него.',
      inForce: (n) => counted(n, '# действует', '# действуют', '# действуют'),
      reading: 'чтение…',
      none: (hint) => `Правил пока нет: что не названо в правилах, идёт через сервер. ${hint}`,
      field: 'Правила в формате ACL',
      hint: 'Формат ACL Shadowsocks: заголовок, например [proxy_list], [bypass_list] или [outbound_block_list], а под ним в каждой строке имя (||example.com со всем, что под ним), сеть (10.0.0.0/8) или регулярное выражение.',
      file: 'Открыть файл…',
      save: 'Сохранить',
      discard: 'Отменить',
      would: (n) => `${figures.count(n)} после сохранения`,
      refused: (n) => counted(n, '# строка не действует', '# строки не действуют', '# строк не действуют'),
      refusedList: 'Строки, которые не действуют',
      line: (n) => `Строка ${n}`,
      more: (n) => `И ещё ${figures.count(n)}.`,
      tooLong: (size) => `Это длиннее, чем ${size}; столько Parasol не принимает.`,
      unreadable: (cause) => `Файл не читается: ${cause}`,
    },
  };
};
