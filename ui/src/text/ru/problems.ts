import type { Fault } from '../../backend/bindings/Fault';
import type { PortField } from '../../backend/bindings/PortField';
import type { Problem } from '../../backend/bindings/Problem';
import { type ByCode, byCode } from '../coded';
import { fields } from './profiles';

const portFields: Record<PortField, string> = {
  name: 'Название',
  port: 'Порт',
  target: 'Цель',
  profile: 'Профиль',
  user: 'Пользователь',
  password: 'Пароль',
};

export const problems: ByCode<Problem> = {
  portTaken: ({ port, process, pid, udp }) => {
    const which = udp ? `UDP-порт ${port}` : `Порт ${port}`;
    if (process && pid) return `${which} занят программой ${process} (pid ${pid}).`;
    if (process || pid) return `${which} занят программой ${process ?? `с pid ${pid}`}.`;
    return `${which} занят другой программой.`;
  },
  portReserved: ({ port, first, last }) => `Система не отдаёт программам порт ${port}, как и все от ${first} до ${last}.`,
  bindFailed: ({ address, cause }) => `Не удалось открыть порт ${address}: ${cause}.`,
  portUsedTwice: ({ port, name }) => `Порт ${port} здесь уже есть${name ? `: ${name}` : ''}.`,
  badPort: ({ field, fault }) => `Этот порт нельзя открыть. ${portFields[field]}: ${byCode<Fault>(faults, fault)}`,
  pluginNotForPort: ({ name }) => `Плагин ${name} передаёт только TCP, а этот порт только для UDP.`,
  noProfile: () => 'Профиля ещё нет, поэтому нет и сервера.',
  profileGone: () => 'Профиль этого порта удалён. Выберите для порта другой.',
  pluginUnapproved: ({ name }) =>
    `Этот профиль пришёл с плагином ${name}. Он будет работать с вашими правами: разрешайте, только если знаете его.`,
  passwordLocked: () => 'Пароль заблокирован в хранилище паролей. Разблокируйте его или попробуйте снова.',
  legacyUnapproved: ({ method }) =>
    method === 'none'
      ? 'Этот профиль небезопасен: метод none ничего не шифрует, и любой в пути может прочесть и изменить данные.'
      : `Этот профиль небезопасен: при старом методе ${method} любой в пути может изменить данные и отличить их от другого трафика. Лучше попросить метод поновее.`,
  pluginMissing: ({ name }) => `Плагин ${name} не установлен. Установите его или укажите в профиле полный путь.`,
  pluginFailed: ({ name, exit, line }) => {
    const what = exit === null ? `Плагин ${name} не работает` : `Плагин ${name} завершился с кодом ${exit}`;
    return `${what}, а без него связи с сервером нет.${line ? ` Он сообщил: ${line.replace(/\.$/, '')}.` : ''}`;
  },
  pluginSilent: ({ name, seconds }) => `Плагин ${name} не ответил за ${seconds} с. Сверьте его параметры с сервером.`,
  badProfile: ({ field, fault }) => `Этот профиль нельзя использовать. ${fields[field]}: ${byCode<Fault>(faults, fault)}`,
  engineFailed: ({ cause }) => `Прокси не запустился: ${cause}.`,
  crashed: () => 'В Parasol произошёл сбой. В какой части, сказано в журнале.',
  heldByAnother: () => 'Системный прокси занят другим Parasol. Пользуйтесь им или закройте его.',
  proxyUnsupported: () =>
    'На этом рабочем столе нет настройки прокси, известной Parasol. Укажите адрес ниже в самих программах или запускайте их там, где он задан в http_proxy, https_proxy и all_proxy.',
  proxyTaken: () => 'Другая программа изменила системный прокси, и Parasol оставил это как есть. Программы сейчас могут идти не через Parasol.',
  proxyFailed: ({ cause }) => `Не удалось задать системный прокси: ${cause}.`,
};

export const faults: ByCode<Fault> = {
  empty: () => 'Нужно заполнить.',
  tooLong: () => 'Слишком длинно.',
  badHost: () => 'Имя хоста или IP-адрес.',
  badPort: () => 'От 1 до 65535.',
  unknownMethod: () => 'Parasol не знает этот метод.',
  notBase64: () => 'Методу 2022 нужен ключ в base64, каким его показывает сервер.',
  wrongKeyLength: ({ needed, found }) => `Длина ключа для этого метода: ${needed} байт; у этого ${found}.`,
  identityKeys: () => 'Несколько ключей через двоеточие принимают только методы AES 2022, не больше девяти.',
  badProgram: () => 'Имя программы, например obfs-local, или полный путь к ней.',
  badOptions: () => 'Здесь есть знак, которого не бывает в параметрах.',
  portUsedTwice: () => 'Этот номер уже у другого порта.',
  badTarget: () => 'Хост и порт, например example.org:22.',
  badNameServer: () => 'IP-адрес или имя хоста; порт, если он не 53.',
  noSuchProfile: () => 'Этого профиля больше нет. Выберите другой.',
  loginNeeded: () => 'Другим компьютерам нужен вход с именем и паролем.',
  badLogin: () => 'Без управляющих знаков; в имени без двоеточия.',
};
