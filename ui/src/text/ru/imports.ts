import type { ImportDiffers } from '../../backend/bindings/ImportDiffers';
import type { ImportFault } from '../../backend/bindings/ImportFault';
import type { ImportFormat } from '../../backend/bindings/ImportFormat';
import type { ImportPlace } from '../../backend/bindings/ImportPlace';
import type { LookFault } from '../../backend/bindings/LookFault';
import type { ByCode, ByKind } from '../coded';
import type { imports as english } from '../en/imports';
import type { Figures } from '../figures';
import type { Area } from '../shape';
import { counting } from './forms';

export const importFaults: ByCode<ImportFault> = {
  nothing: () => 'в нём ничего нет',
  notText: () => 'ни текст, ни картинка',
  unknownFormat: () => 'формат, который Parasol не знает',
  syntax: ({ line, column }) => `не читается со строки ${line}, столбца ${column}`,
  endsEarly: () => 'обрывается раньше времени. Скопируйте снова',
  noServers: () => 'серверов в нём нет',
  tooLong: () => 'слишком длинно',
  tooMany: () => 'эта запись и следующие за ней сверх того, что берётся за один раз',
  notALink: () => 'ссылки ss:// в нём нет. Ссылка начинается с ss:// — скопируйте её снова с самого начала',
  misspelt: () => 'ссылка начинается с ss://. Проверьте её первые символы',
  twoLinks: () => 'две ссылки слились в одну. Поставьте каждую на отдельную строку',
  space: () => 'в ссылке есть пробел. Уберите его',
  cut: () => 'ссылка обрезана: в ней нет части @сервер:порт. Скопируйте её снова одной строкой',
  badUserinfo: () => 'часть символов пропала или изменена. Скопируйте ссылку снова',
  badHost: () => 'нет имени хоста или IP-адреса',
  noPort: () => 'нет порта; это число от 1 до 65535. Если это ссылка, она может быть обрезана',
  badPort: () => 'порт должен быть от 1 до 65535',
  unknownMethod: ({ name }) => (name === '' ? 'Parasol не знает его метод' : `Parasol не знает метод ${name}`),
  badPassword: () => 'пароль пуст или не является ключом для этого метода',
  plugin: ({ name }) => `нужен плагин, который нельзя использовать: ${name}`,
  wrongValue: ({ field }) => {
    if (field === '') return 'не похоже на запись сервера';
    return field === 'server_port' || field === 'port' ? 'порт не число' : `значение ${field} не того типа`;
  },
  variable: () => 'пароль задан переменной окружения',
  otherProtocol: ({ name }) =>
    `${name === '' ? 'сервер другого протокола' : `сервер ${name}`}. Parasol понимает только Shadowsocks: попросите ссылку ss://`,
  foreignLink: ({ name }) => `ссылки ${name}:// читает только программа, которая их создала; поделитесь там ссылкой ss://`,
  picture: () => 'картинка, а здесь читается только текст',
  subscription: () => 'это веб-адрес. Если это подписка, Parasol может загрузить серверы оттуда',
  backup: () => 'резервная копия с кодовой фразой. Её открывает Настройки → Резервная копия → Восстановить',
  otherPicture: () => 'картинка другого вида. Сделайте снимок экрана или сохраните её как PNG',
  damagedPicture: () => 'картинка обрезана или повреждена',
  largePicture: ({ width, height }) => `картинка ${width} × ${height} пикселей слишком велика; вырежьте только код`,
  noCode: () => 'на картинке не видно QR-кода',
  noCodeOnScreen: () => 'на экране не видно QR-кода. Покажите его крупнее, со светлой рамкой, ничем не закрытым, и попробуйте снова',
  damagedCode: () => 'QR-код не читается; может помочь картинка крупнее или чётче',
};

export const places: ByKind<ImportPlace> = {
  whole: () => '',
  line: ({ line }) => `Строка ${line}: `,
  item: ({ number, name }) => (name === '' ? `Сервер ${number}: ` : `Сервер ${number}, ${name}: `),
  path: ({ path }) => `${path}: `,
  code: ({ code }) => `QR-код ${code}: `,
};

export const differs: Record<ImportDiffers, string> = {
  name: 'название',
  server: 'сервер',
  port: 'порт',
  method: 'метод',
  password: 'пароль',
  plugin: 'плагин',
  pluginOpts: 'параметры плагина',
  oneTimeAuth: 'одноразовая аутентификация',
  notes: 'заметки',
  rest: 'поля, которые Parasol не использует',
};

const lookFaults: ByCode<LookFault> = {
  unavailable: () => 'Этот рабочий стол не даёт программам смотреть на экран. Сделайте снимок его собственной программой и вставьте сюда.',
  refused: () => 'Разрешение не получено. Попробуйте ещё раз и разрешите или сделайте снимок экрана сами и вставьте сюда.',
  timedOut: () => 'Ответа не было. Попробуйте ещё раз.',
  empty: () => 'В буфере обмена нет ни текста, ни картинки, которые можно прочесть.',
  failed: ({ cause }) => `Не получилось: ${cause}.`,
};

const formats: Record<ImportFormat, string> = {
  links: 'ссылки',
  base64: 'список ссылок в base64',
  guiConfig: 'gui-config.json',
  configFile: 'config.json',
  sip008: 'список SIP008',
  clash: 'конфигурация Clash',
  singBox: 'конфигурация sing-box',
  v2rayN: 'серверы из v2rayN',
  nekoBox: 'серверы из NekoBox',
  outline: 'ключ Outline',
  parasol: 'профили Parasol',
  json: 'JSON',
  picture: 'картинка',
  screen: 'экран',
  unknown: '',
};

export const imports = (figures: Figures): Area<typeof english> => {
  const { count } = figures;
  const counted = counting(figures);
  return {
    first: {
      title: 'Добавьте сервер',
      lead: 'Вставьте то, что вам дали: ссылку ss:// или адрес подписки (https://…).',
      field: 'Ссылка',
      add: 'Добавить и включить',
      try: 'Попробовать сейчас',
      tryWhy:
        'Ещё нет ссылки? Встроенный сервер работает внутри Parasol, без учётной записи и без сети. Он показывает, как всё устроено, но не скрывает, где вы.',
      filesWhy: 'QR-код на экране или на картинке либо настройки другой программы. Файлы можно и перетащить в окно.',
      byHand: 'Ввести вручную',
      or: 'Другие способы',
    },
    imports: {
      title: 'Импорт',
      back: 'Назад',
      field: 'Ссылки или текст файла',
      orFiles: 'Или файлы других программ и QR-коды: выберите их, вставьте или перетащите в окно либо дайте Parasol посмотреть.',
      sights: { clipboard: 'Из буфера обмена', screen: 'С экрана' },
      lookFaults,
      choose: 'Выбрать файлы…',
      pasted: 'Вставленный текст',
      drop: 'Отпустите файлы, чтобы увидеть, что в них',
      at: (at, of) => `файл ${count(at)} из ${count(of)}`,
      skip: 'Пропустить файл',
      leftOut: (n) =>
        counted(
          n,
          'Ещё # ссылка не взята: она слишком длинная или лишняя.',
          'Ещё # ссылки не взяты: они слишком длинные или лишние.',
          'Ещё # ссылок не взято: они слишком длинные или лишние.',
        ),
      looking: 'Просмотр…',
      unreadable: (cause) => `Файл не читается: ${cause}`,
      summary: ({ id, format, added, changed, unchanged }) => {
        if (id === 0) return '';
        const found = added.length + changed.length + unchanged.length;
        const servers = found === 0 ? 'нет серверов' : counted(found, '# сервер', '# сервера', '# серверов');
        const what = formats[format] === '' ? '' : `${formats[format]}: `;
        const saved = added.length + changed.length > 0 ? ' Пока вы не добавите, ничего не сохраняется.' : '';
        const more = format === 'parasol' ? ' Здесь берутся только профили; всё, что есть в резервной копии, возвращает Настройки → Резервная копия → Восстановить.' : '';
        return `${what}${servers}.${saved}${more}`.replace(/^./, (first) => first.toUpperCase());
      },
      add: (adds, changes) => {
        const changed = () => counted(changes, '# профиль', '# профиля', '# профилей');
        if (changes === 0) return adds === 0 ? 'Добавить' : counted(adds, 'Добавить # профиль', 'Добавить # профиля', 'Добавить # профилей');
        return adds === 0 ? `Изменить ${changed()}` : `Добавить ${count(adds)}, изменить ${changed()}`;
      },
      addList: 'Добавить как подписку',
      added: 'Новые',
      changed: 'Изменённые',
      unchanged: 'Уже есть',
      repeated: 'Дважды в нём',
      refused: 'Не взято',
      of: (wanted, all) => (wanted === all ? count(all) : `${count(wanted)} из ${count(all)}`),
      more: (n, all) => `Показать ещё ${count(n)} из ${count(all)}`,
      unsafe: 'небезопасный метод: перед использованием Parasol спросит вас',
      plugin: (name) => `нужен плагин ${name}: перед запуском Parasol спросит вас`,
      unused: (keys) => `Parasol не использует: ${keys.join(', ')}`,
      differs: (field) => `отличается: ${field}`,
      before: 'было: ',
      after: ' стало: ',
      empty: 'ничего',
    },
  };
};
