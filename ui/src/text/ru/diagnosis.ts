import type { DiagnosisReason } from '../../backend/bindings/DiagnosisReason';
import type { DiagnosisStep } from '../../backend/bindings/DiagnosisStep';
import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import { byKind, type ByCode } from '../coded';
import type { diagnosis as english } from '../en/diagnosis';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const steps: Record<DiagnosisStep, string> = {
  port: 'Порт для программ',
  systemProxy: 'Системный прокси',
  tray: 'Значок в трее',
  keyStore: 'Хранилище паролей',
  socks5: 'SOCKS5 на этом компьютере',
  http: 'HTTP на этом компьютере',
  localUdp: 'UDP на этом компьютере',
  resolve: 'Имя сервера',
  connect: 'Соединение с сервером',
  handshake: 'Рукопожатие',
  firstByte: 'Первый байт через сервер',
  udp: 'UDP через сервер',
  clock: 'Часы этого компьютера',
  plugin: 'Плагин',
  names: 'Имена ищет сервер',
};

const keyStore: Record<KeyStoreView['kind'], string> = {
  unasked: 'оно ещё не ответило',
  ready: 'оно отвечает',
  locked: 'оно заблокировано',
  dismissed: 'в разблокировке отказано',
  absent: 'его нет',
  silent: 'оно не отвечает',
  noKey: 'в нём нет ключа',
  failed: 'оно отвечает, что не может',
};

const noTime: Partial<Record<SubscriptionFault['kind'], string>> = {
  badUrl: 'его адрес не https',
  noSuchHost: 'у него нет адреса',
  privateHost: 'спрашиваются только хосты интернета',
  noConnection: 'он не отвечает',
  badCertificate: 'он не доказывает, кто он, как бывает, когда часы ушли на дни',
  noAuthorities: 'сертификаты этого компьютера не читаются',
  timedOut: 'это заняло слишком много времени',
};

type Own = Exclude<DiagnosisReason, { code: 'problem' | 'server' | 'untested' }>;

export const diagnosis = (figures: Figures): Area<typeof english> => {
  const reasons: ByCode<Own> = {
    portSilent: () => 'Порт принимает соединения, но отвечает не как Parasol.',
    proxyNotSet: () => 'Parasol включён, но системный прокси указывает не на него.',
    proxyLeft: () => 'Системный прокси указывает на Parasol, который неожиданно завершился.',
    noTray: () => 'На этом рабочем столе нет значков в трее. В GNOME их показывает расширение AppIndicator; Parasol работает и без значка.',
    keyStore: ({ says }) => `Пароли зашифрованы ключом из хранилища паролей, и ${keyStore[says.kind]}.`,
    selfTest: ({ place }) =>
      byKind<typeof place>(
        {
          port: ({ port }) => `То, что прошло через порт ${port} на этом компьютере, не вернулось. Проверьте брандмауэр или антивирус.`,
          method: ({ name }) => `То, что прошло через собственный сервер Parasol с ${name}, не вернулось. Проверьте брандмауэр или антивирус этого компьютера.`,
        },
        place,
      ),
    wrongClock: ({ aheadS }) =>
      `Часы этого компьютера ${aheadS < 0 ? 'отстают' : 'спешат'} на ${figures.span(Math.abs(aheadS) * 1000)}. Методам 2022 нужны верные.`,
    namesAskedHere: () => 'Имя того, что идёт через сервер, спросили на этой стороне. Пожалуйста, сообщите об этом.',
    tooLong: () => 'Это заняло слишком много времени.',
    off: () => 'Parasol выключен.',
    changing: () => 'Что-то как раз меняется.',
    proxyLeftAlone: () => 'Выбрано не менять его.',
    noWindow: () => 'У терминала его нет.',
    secretsInFile: () => 'Не используется: пароли лежат в файле, который можете читать только вы.',
    linkGiven: () => 'Ссылке оно не нужно.',
    noTime: ({ fault }) => `Спрошенный хост не сказал время: ${noTime[fault.kind] ?? 'пришёл не ответ'}.`,
    badTime: () => 'Спрошенный хост не сказал время.',
    noPlugin: () => 'Его нет.',
    allDirect: () => 'Всё идёт напрямую, и имена ищутся здесь.',
    namesNotAsked: () => 'На этом компьютере проверить не удалось.',
  };
  return {
    title: 'Диагностика',
    lead: 'Проверяет всё от порта до сервера, шаг за шагом, и говорит, что поможет. Ничего не меняется. Время спрашивается у хоста по HTTPS: через сервер, если это возможно, иначе напрямую.',
    run: 'Начать',
    again: 'Повторить',
    cancel: 'Отмена',
    running: (step) => `Проверяется: ${step}`,
    called: 'Отменено.',
    good: 'Ни один шаг не подвёл.',
    bad: (n) => counting(figures)(n, 'Не пройден # шаг.', 'Не пройдены # шага.', 'Не пройдено # шагов.'),
    passed: 'в порядке',
    steps,
    reasons,
    noClockSettings: 'Настройки даты и времени отсюда не открываются. Откройте их сами.',
    said: 'Последние строки плагина',
    saidHint: 'В них может быть сказано, куда вы ходите, поэтому в отчёте их нет.',
    report: 'Отчёт',
    reportLead: 'Для того, кто вам помогает. В нём нет паролей, параметров плагина, адресов подписок и мест, куда вы ходите.',
    withServer: 'С адресом сервера',
    copy: 'Копировать отчёт',
    save: 'Сохранить отчёт…',
  };
};
