import { named } from '../coded';
import { valued, type StateFields, type StateLists, type StateValues, type states as english } from '../en/states';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const lists: StateLists = { profiles: 'профиль', ports: 'порт', subscriptions: 'подписка', groups: 'группа', rule_lists: 'список правил' };

const fields: StateFields = {
  name: 'название',
  server: 'сервер',
  port: 'порт',
  method: 'метод',
  password: 'пароль',
  plugin: 'плагин',
  plugin_opts: 'параметры плагина',
  plugin_approved: 'плагин разрешён',
  approved_plugins: 'разрешённые плагины',
  legacy_approved: 'небезопасный метод разрешён',
  one_time_auth: 'одноразовая аутентификация',
  notes: 'заметки',
  kind: 'протокол',
  target: 'цель',
  profile: 'профиль',
  lan: 'открыт для сети',
  user: 'пользователь',
  carries: 'передаёт',
  subscription: 'подписка',
  gone: 'пропал из списка',
  url: 'адрес подписки',
  interval_h: 'часов между обновлениями',
  paused: 'приостановлена',
  members: 'участники',
  policy: 'способ выбора',
  fixed: 'выбранный участник',
  dwell_s: 'секунд до смены',
  active: 'используемый профиль',
  group: 'используемая группа',
  local_port: 'локальный порт',
  system_proxy: 'системный прокси',
  mode: 'режим',
  local_direct: 'этот компьютер и его сеть напрямую',
  rules: 'ваши правила',
  pac_rules: 'ваши правила только для PAC',
  on_close: 'что делать при закрытии',
  on_at_start: 'включение при запуске',
  notify: 'уведомления',
  log_level: 'что пишется в журнал',
  log_targets: 'куда идут соединения, в журнале',
  language: 'язык',
  theme: 'оформление',
  timeout_s: 'тайм-ауты',
  test_url: 'что загружают проверки',
  test_name_server: 'DNS-сервер для проверок',
  clock_url: 'у кого узнаётся время',
  profiles: 'порядок профилей',
  ports: 'порядок портов',
  subscriptions: 'порядок подписок',
  groups: 'порядок групп',
  rule_lists: 'порядок списков правил',
};

const values: StateValues = {
  system_proxy: { leave: 'не менять', set: 'глобально', pac: 'PAC' },
  mode: { rules: 'правила', global: 'глобально', direct: 'напрямую' },
  on_close: { ask: 'спросить', background: 'продолжить работу', quit: 'выйти' },
  on_at_start: { never: 'никогда', atLogin: 'при входе', always: 'всегда' },
  language: { system: 'системный', en: 'English', zh: '简体中文', fa: 'فارسی', ru: 'Русский' },
  theme: { system: 'как в системе', light: 'светлое', dark: 'тёмное' },
  kind: { mixed: 'SOCKS, HTTP', tunnel: 'туннель', dns: 'DNS' },
  carries: { both: 'TCP и UDP', tcp: 'только TCP', udp: 'только UDP' },
  policy: { fixed: 'постоянный', fallback: 'резерв', fastest: 'быстрейший', random: 'случайный' },
};
const others: Record<string, string> = { true: 'да', false: 'нет', '': 'без названия' };

export const states = (figures: Figures): Area<typeof english> => {
  const { clock, clockWithSeconds, when } = figures;
  const counted = counting(figures);
  return {
    title: 'Прежние состояния',
    lead: 'При каждом изменении прежнее состояние сохраняется: последние десять.',
    none: 'Пока ни одного.',
    list: 'Прежние состояния, новые сверху',
    until: (atMs, nowMs) => {
      const said = when(atMs, nowMs);
      return said === clock(atMs) ? clockWithSeconds(atMs) : `${said}, ${clock(atMs)}`;
    },
    counts: (comes, goes, changes, settings) =>
      [
        comes && counted(comes, '# будет добавлен', '# будут добавлены', '# будет добавлено'),
        goes && counted(goes, '# будет убран', '# будут убраны', '# будет убрано'),
        changes && counted(changes, '# будет изменён', '# будут изменены', '# будет изменено'),
        settings && counted(settings, '# настройка', '# настройки', '# настроек'),
      ]
        .filter(Boolean)
        .join(', ') || 'то же, что сейчас',
    look: 'Посмотреть',
    lookAt: (time) => `Посмотреть состояние до ${time}`,
    lookTitle: (time) => `Состояние до ${time}`,
    goes: 'Будет убрано',
    comes: 'Будет добавлено',
    changes: 'Будет изменено',
    unchanged: 'Без изменений',
    profiles: 'Взять только профили…',
    settings: 'Настройки',
    now: 'сейчас: ',
    then: ' тогда: ',
    other: 'другое значение',
    nothing: 'нет',
    nameless: 'Без названия',
    same: 'Это то же, что сейчас, возвращаться не к чему.',
    keeps: 'То, что есть сейчас, останется среди прежних состояний ещё на десять изменений.',
    goneTitle: 'Этого состояния больше нет',
    gone: 'Его место заняли более новые.',
    goBack: 'Вернуться к нему',
    entry: (list) => named(lists, list),
    field: (name) => named(fields, name),
    value: (field, value) => valued(values, others, field, value),
  };
};
