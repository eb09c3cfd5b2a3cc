import type { CertificateFault } from '../../backend/bindings/CertificateFault';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import type { UrlSlip } from '../../backend/bindings/UrlSlip';
import type { ByKind } from '../coded';
import { mayPass, type subscriptions as english } from '../en/subscriptions';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

const certificateFaults: Record<CertificateFault, string> = {
  untrusted: 'не заверен никем, кому доверяет этот компьютер',
  wrongName: 'выдан на другое имя',
  expired: 'сегодня недействителен; если должен действовать, неверны часы этого компьютера',
  revoked: 'отозван',
  other: 'нельзя использовать',
};

const urlSlips: Record<UrlSlip, string> = {
  link: 'Это ссылка на один сервер. Её принимает Профили → Импорт.',
  http: 'В пути он не шифруется. Попробуйте https:// или попросите у поставщика такой адрес.',
  noScheme: 'Нет начала адреса. Поставьте перед ним https://.',
  login: 'Адрес с именем и паролем внутри не принимается.',
  other: 'Это не адрес подписки. Он начинается с https:// или ssconf://.',
};

export const subscriptionFaults: ByKind<SubscriptionFault> = {
  badUrl: ({ slip }) => urlSlips[slip],
  locked: () => 'Адрес заблокирован в хранилище паролей. Разблокируйте его и попробуйте снова.',
  noSuchHost: ({ host }) => `Имя ${host} не найдено. Проверьте, нет ли опечатки, и сеть этого компьютера.`,
  privateHost: ({ host }) => `${host} находится на этом компьютере или в его сети. Списки загружаются только из интернета.`,
  noConnection: ({ host }) => `Нет связи с ${host}. Он может не работать или быть заблокирован по пути.`,
  badCertificate: ({ host, fault }) => `Сертификат ${host} ${certificateFaults[fault]}. Возможно, отвечает кто-то другой.`,
  noAuthorities: () => 'На этом компьютере нет списка доверенных центров сертификации. Установите ca-certificates.',
  timedOut: () => 'Список не пришёл вовремя.',
  tooLarge: () => 'Список больше, чем принимает Parasol.',
  tooManyRedirects: () => 'Адрес ведёт с места на место и не приводит к списку.',
  badRedirect: ({ host }) => `${host} ведёт на адрес, который начинается не с https://. Оттуда списки не загружаются.`,
  refused: ({ host, status }) =>
    status >= 500
      ? `На ${host} внутренняя ошибка (код ${status}). Попытка повторится.`
      : `${host} не даёт список (код ${status}). Возможно, адрес устарел: спросите того, кто его вам дал.`,
  badAnswer: ({ host }) => `Ответ ${host} не читается.`,
  noList: () => 'Пришёл не список серверов, а, вероятно, веб-страница. Спросите у поставщика адрес подписки Shadowsocks.',
  noServers: () => 'В списке нет сервера, который подходит Parasol.',
  crashed: () => 'В Parasol произошёл сбой. В какой части, сказано в журнале.',
};

export const subscriptions = (figures: Figures): Area<typeof english> => {
  const { count, size } = figures;
  const counted = counting(figures);
  const profiles = (n: number) => counted(n, '# профиль', '# профиля', '# профилей');
  return {
    title: 'Подписки',
    open: (n) => (n === 0 ? 'Подписки' : `Подписки (${count(n)})`),
    back: 'Профили',
    none: 'Подписка — это адрес, по которому поставщик держит список серверов. Parasol время от времени загружает его снова.',
    list: 'Подписки в порядке добавления',
    add: 'Добавить подписку',
    refreshAll: 'Обновить все',
    refresh: 'Обновить',
    refreshNamed: (name) => `Обновить ${name}`,
    edit: (name) => `Изменить ${name}`,
    remove: (name) => `Убрать ${name}`,
    fetching: 'Загружается…',
    fetched: (when) => `Обновлена ${when}`,
    never: 'Ещё не загружалась',
    next: (when) => `следующее обновление ${when}`,
    paused: 'приостановлена: только по вашей просьбе',
    nameless: 'Подписка без названия',
    profiles,
    gone: (n) => counted(n, '# из них пропал из списка', '# из них пропали из списка', '# из них пропали из списка'),
    refused: (n) => counted(n, '# запись не взята', '# записи не взяты', '# записей не взято'),
    merged: ({ added, changed, removed, kept }) => {
      const parts = [
        added && counted(added, '# новый', '# новых', '# новых'),
        changed && counted(changed, '# изменён', '# изменены', '# изменено'),
        removed && counted(removed, '# убран', '# убраны', '# убрано'),
        kept && counted(kept, '# пропал, но используется', '# пропали, но используются', '# пропали, но используются'),
      ].filter(Boolean);
      return parts.length ? `в последний раз: ${parts.join(', ')}` : 'в последний раз без изменений';
    },
    lastGood: 'Профили взяты из последнего исправного списка.',
    usage: 'Израсходовано',
    used: ({ used, total }) =>
      total === null ? `израсходовано ${size(used ?? 0)}` : `израсходовано ${size(used ?? 0)} из ${size(total)}`,
    limit: (total) => `всего ${size(total)}`,
    expires: (day, past) => (past ? `закончилась ${day}` : `до ${day}`),
    url: 'Адрес подписки',
    urlHint: 'Он загрузится сейчас, чтобы показать, что в нём. Не передавайте его: у кого адрес, у того и серверы.',
    look: 'Посмотреть',
    looking: 'Загрузка…',
    found: (title, host) => (title === '' || title === host ? `Список на ${host}` : `${title}, список на ${host}`),
    known: 'Эта подписка у вас уже есть.',
    later: (fault) => (mayPass(fault) ? 'Её всё равно можно добавить, загрузится она позже.' : ''),
    addAll: (n) => (n === 0 ? 'Добавить' : `Добавить, ${profiles(n)}`),
    editTitle: 'Правка подписки',
    name: 'Название',
    nameHint: 'Если пусто, берётся название из списка.',
    interval: 'Обновлять',
    asListed: 'как указано в списке, иначе раз в день',
    every: (hours) => {
      if (hours % 24 !== 0) return counted(hours, hours === 1 ? 'каждый час' : 'каждый # час', 'каждые # часа', 'каждые # часов');
      const days = hours / 24;
      return counted(days, days === 1 ? 'каждый день' : 'каждый # день', 'каждые # дня', 'каждые # дней');
    },
    pause: 'Только по моей просьбе',
    save: 'Сохранить',
    removeTitle: (name) => `Убрать ${name}?`,
    removeText: (n) =>
      counted(
        n,
        'С ней пришёл # профиль. Оставить его себе или убрать тоже?',
        'С ней пришли # профиля. Оставить их себе или убрать тоже?',
        'С ней пришло # профилей. Оставить их себе или убрать тоже?',
      ),
    removeEmpty: 'Больше она не загружается. Чтобы вернуть её, нужен её адрес.',
    removeInUse: 'Среди них используемый профиль. Если его убрать, прокси выключится.',
    keep: 'Оставить',
    removeToo: 'Убрать тоже',
    removeIt: 'Убрать',
  };
};
