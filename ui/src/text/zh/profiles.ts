import type { Field } from '../../backend/bindings/Field';
import type { profiles as english } from '../en/profiles';
import type { Area } from '../shape';

export const fields: Record<Field, string> = {
  name: '名称',
  server: '服务器',
  port: '端口',
  method: '加密方式',
  password: '密码',
  plugin: '插件',
  pluginOpts: '插件选项',
  notes: '备注',
};

export const profiles: Area<typeof english> = {
  profiles: {
    title: '配置',
    new: '新建配置',
    import: '导入',
    about: '配置就是您保存的服务器及其密码。',
    none: '还没有：可以导入，也可以手动填写服务器。',
    list: '按您的顺序排列的配置',
    builtin: '内置',
    inUse: '使用中',
    use: '使用',
    useNamed: (name) => `使用 ${name}`,
    edit: (name) => `编辑 ${name}`,
    share: (name) => `分享 ${name}`,
    from: (list) => `来自 ${list}`,
    gone: '订阅中已没有，使用期间保留',
    delete: (name) => `删除 ${name}`,
    move: (name) => `移动 ${name}：用方向键或拖动`,
    moved: (name, at, of) => `${name} 现在排第 ${at}，共 ${of} 个。`,
  },
  editor: {
    ...fields,
    back: '配置',
    new: '新建配置',
    edit: '编辑配置',
    nameHint: '留空则显示服务器地址。',
    methodHint: '与服务器上的相同。',
    methodUnsafe: (method) =>
      method === 'none' ? '不安全：不做任何加密。使用前会询问您。' : '不安全：途中任何人都能改动内容。使用前会询问您。',
    unsafeOnes: '不安全',
    unsafeOne: (method) => `${method}（不安全）`,
    oneTimeAuth: '一次性认证（如果服务器要求）',
    pluginHint: '仅在服务器需要时填写，例如 obfs-local。它会以您的身份运行。',
    optsHidden: '•••• 代表已保存但不显示的密码。',
    kept: '已保存，未改动',
    reveal: '显示密码',
    hide: '隐藏密码',
    save: '保存',
  },
};
