import type { ChangeReason } from '../../backend/bindings/ChangeReason';
import type { MemberHealth } from '../../backend/bindings/MemberHealth';
import type { Policy } from '../../backend/bindings/Policy';
import { byKind, type ByKind } from '../coded';
import type { groups as english } from '../en/groups';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const policies: Record<Policy, string> = { fixed: '固定', fallback: '故障转移', fastest: '最快', random: '随机' };

const about: Record<Policy, string> = {
  fixed: '始终使用您选定的服务器，无论它状况如何。',
  fallback: '使用第一个可用的服务器；排在前面的恢复后会切换回去。',
  fastest: '使用应答最快的服务器；差别很小则不切换。',
  random: '在可用的服务器中随机选择，每次换一个。',
};

const health: Record<MemberHealth, string> = {
  unknown: '状态未知',
  good: '可用',
  bad: '不可用',
  unusable: '配置有问题，无法使用',
};

export function groups({ count, latency, span }: Figures): Area<typeof english> {
  const why: ByKind<ChangeReason> = {
    begun: () => '选用了该组，或刚刚开启',
    gone: () => '之前的成员已不存在或无法使用',
    fixed: () => '由您选定',
    failed: () => '之前的成员不可用',
    returned: () => '它恢复可用，且排在前面',
    faster: ({ micros, beforeMicros }) => `它的首字节只需 ${latency(micros)}，之前的要 ${latency(beforeMicros)}`,
  };
  return {
    title: '服务器组',
    list: '服务器组',
    none: '一个组代表多台服务器：同一时间只用其中一台，它出故障或变慢时由另一台接替。',
    new: '新建组',
    edit: '编辑组',
    editNamed: (name) => `编辑 ${name}`,
    delete: (name) => `删除 ${name}`,
    deleteTitle: (name) => `删除 ${name}？`,
    deleteText: '组里的配置会保留。如果正在使用该组，则继续使用当前的配置。',
    nameless: '未命名',
    inUse: '使用中',
    use: '使用',
    useNamed: (name) => `使用 ${name}`,
    members: '成员',
    membersOf: (name) => `${name} 的成员`,
    empty: '组里已没有成员，无法使用。',
    usedNow: '当前使用',
    described: (policy) => `${policies[policy]}：${about[policy]}`,
    changed: (time, to, from, reason) => {
      const because = byKind<ChangeReason>(why, reason);
      return from === null || reason.kind === 'begun'
        ? `自 ${time} 起使用 ${to}，因为${because}。`
        : `自 ${time} 起由 ${to} 接替 ${from}，因为${because}。`;
    },
    policies,
    about,
    health,
    back: '配置',
    name: '名称',
    nameHint: '可以留空。',
    policy: '选择方式',
    membersHint: '优先使用的排在最前面。',
    membersNone: '组里需要有成员，请在这里选择。',
    move: (name) => `移动 ${name}：用方向键或拖动`,
    moved: (name, at, of) => `${name} 现在排第 ${count(at)}，共 ${count(of)} 个。`,
    remove: (name) => `移出 ${name}`,
    add: '添加成员',
    addWhich: '选择配置…',
    addAll: (n) => (n === 1 ? '添加剩下的 1 个' : `添加剩下的全部 ${count(n)} 个`),
    fixed: '使用的成员',
    fixedFirst: '第一个',
    dwell: '最短使用时间',
    dwellHint: '可用的成员至少使用这么久，才会被更好的成员接替。出故障的会立即换下。',
    dwellFor: (seconds) => (seconds === 0 ? '不限' : span(seconds * 1000)),
    save: '保存',
  };
}
