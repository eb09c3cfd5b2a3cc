import type { ProbeFault } from '../../backend/bindings/ProbeFault';
import type { StepReason } from '../../backend/bindings/StepReason';
import type { TestStep } from '../../backend/bindings/TestStep';
import type { TestVerdict } from '../../backend/bindings/TestVerdict';
import type { ByKind } from '../coded';
import type { testing as english } from '../en/testing';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const steps: Record<TestStep, string> = {
  resolve: 'Поиск имени',
  connect: 'Соединение',
  handshake: 'Рукопожатие',
  firstByte: 'Первый байт',
  udp: 'UDP туда и обратно',
};

const reasons: Record<StepReason, string> = {
  earlierFailed: 'не проверялось',
  noName: 'не нужно',
  pluginDoes: 'делает плагин',
  pluginCarriesNone: 'плагин не передаёт',
  unusable: 'не проверялось',
  nameNotFound: 'такого имени нет',
  nameServerSilent: 'DNS-серверы не ответили',
  refused: 'отказ',
  noAnswer: 'нет ответа',
  unreachable: 'нет пути',
  noResources: 'слишком много соединений здесь',
  silent: 'соединение есть, ответа нет',
  closed: 'закрыто',
  badAnswer: 'пароль или метод не тот, что у сервера',
  wrongClock: 'часы расходятся',
  targetUnreachable: 'страница не приходит',
};

const labels: Record<TestVerdict['kind'], string> = {
  works: 'работает',
  worksWithoutUdp: 'без UDP',
  nameNotFound: 'такого имени нет',
  nameServerSilent: 'поиск имени без ответа',
  refused: 'отказ',
  noAnswer: 'нет ответа',
  unreachable: 'нет пути',
  noResources: 'слишком много соединений здесь',
  silent: 'соединение есть, ответа нет',
  closed: 'сразу закрывает',
  badAnswer: 'неверный пароль или метод',
  wrongClock: 'часы неверны',
  targetUnreachable: 'выхода нет',
  unusable: 'нельзя использовать',
};

const probeFaults: Record<ProbeFault, string> = {
  url: 'Простой веб-адрес, например http://example.org/.',
  nameServer: 'IP-адрес или имя хоста; порт, если он не 53.',
};

export function testing(figures: Figures): Area<typeof english> {
  const { count, span } = figures;
  const counted = counting(figures);
  const closed = 'Сверьте пароль и метод с сервером; возможно, он больше не знает этого пароля.';
  const verdicts: ByKind<TestVerdict> = {
    works: () => 'Сервер работает.',
    worksWithoutUdp: () => 'Страницы и почта работают. UDP не возвращается, поэтому звонки и игры могут не работать: сервер может не передавать UDP, или его теряют по пути.',
    nameNotFound: () => 'Такого имени сервера нет. Проверьте, нет ли опечатки в профиле.',
    nameServerSilent: () => 'DNS-серверы не ответили. Проверьте сеть этого компьютера или укажите IP-адрес сервера.',
    refused: () => 'Хост отвечает, но этот порт никто не слушает. Проверьте порт в профиле или запустите сервер.',
    noAnswer: () => 'По адресу сервера никто не отвечает: брандмауэр, не тот порт, или сервер выключен.',
    unreachable: () => 'Сеть не знает пути к серверу. Проверьте подключение этого компьютера; возможно, нет IPv6.',
    noResources: () => 'На этом компьютере кончились соединения или память. Закройте программы, которые открывают очень много соединений.',
    silent: () => 'Сервер принял соединение и молчит: расходятся пароль, метод или часы.',
    closed: ({ bytes }) =>
      bytes === 0
        ? `Сервер принял соединение и закрыл его без ответа. ${closed}`
        : `Сервер принял соединение и закрыл его после ${counted(bytes, '# байта', '# байт', '# байт')}. ${closed}`,
    badAnswer: () => 'Пароль или метод не тот, что у сервера: его ответ не расшифровать. Сверьте их с сервером.',
    wrongClock: ({ aheadS }) => {
      if (aheadS === null) return 'Сервер сообщает, что часы этого компьютера неверны. Поставьте их точно: этого требует метод.';
      const way = aheadS < 0 ? 'отстают от часов сервера' : 'спешат относительно сервера';
      return `Часы этого компьютера ${way} на ${span(Math.abs(aheadS) * 1000)}. Поставьте их точно: этого требует метод.`;
    },
    targetUnreachable: () => 'Сервер отвечает, но запрошенное через него не приходит. Возможно, у него нет выхода в сеть или не отвечает адрес из настроек.',
    unusable: () => 'Этот профиль нельзя использовать в таком виде.',
  };
  return {
    title: 'Проверка',
    all: 'Проверить все',
    one: 'Проверить',
    named: (name) => `Проверить ${name}`,
    again: 'Проверить снова',
    running: 'проверяется…',
    cancel: 'Отмена',
    progress: (ended, asked) => `Проверка: ${count(ended)} из ${count(asked)}`,
    done: (works, of) => `Проверено ${count(of)}, ${counted(works, '# работает', '# работают', '# работают')}.`,
    lead: 'Проверяет сервер шаг за шагом по тому, что сейчас в полях. Ничего не сохраняется.',
    faulty: 'Сначала нужно кое-что исправить в полях.',
    step: 'Шаг',
    took: 'Время',
    at: (time) => `Проверено ${time}`,
    then: (result, time) => `${result} в ${time}`,
    steps,
    reasons,
    labels,
    but: (latency, label) => `${latency}, ${label}`,
    verdicts,
    settings: 'Проверка серверов',
    settingsLead: 'Что запрашивается через сервер, чтобы узнать, работает ли он.',
    url: 'Загружаемая страница',
    urlHint: 'Простой http, чтобы подвести мог только сервер. Важен лишь первый байт.',
    nameServer: 'DNS-сервер',
    nameServerHint: 'У него по UDP спрашивается имя.',
    save: 'Сохранить',
    saved: 'Сохранено.',
    probeFaults,
  };
}
