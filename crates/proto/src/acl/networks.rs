//! `Networks`: a trie of CIDR networks that finds the narrowest one around an address.
//!
//! A node stands for a prefix; paths without a fork are one step (a Patricia trie), so that 100,000 networks are at
//! most 200,000 nodes and a search looks at about 17.

use std::net::IpAddr;

use super::RuleId;

/// Networks of both families. IPv4-mapped IPv6 is IPv4.
#[derive(Debug, Default)]
pub(super) struct Networks {
    v4: Trie,
    v6: Trie,
}

/// A network: an address, and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    /// The address's bits from the top, the others zero.
    bits: u128,
    len: u8,
    v4: bool,
}

impl Network {
    /// `None` when `len` is more than the family has bits.
    pub(super) fn new(ip: IpAddr, len: u8) -> Option<Network> {
        let (bits, v4) = bits(ip);
        let len = match ip {
            IpAddr::V4(_) if len > 32 => return None,
            IpAddr::V6(_) if len > 128 => return None,
            // A mapped network is an IPv4 network; one that is wider holds more than IPv4 and is left as it stands.
            IpAddr::V6(ip) if v4 && len < 96 => {
                return Some(Network { bits: prefix(ip.to_bits(), len), len, v4: false });
            }
            IpAddr::V6(_) if v4 => len - 96,
            _ => len,
        };
        Some(Network { bits: prefix(bits, len), len, v4 })
    }

    /// Its first address, as bits from the top.
    pub(super) fn first(self) -> u128 {
        self.bits
    }

    /// The first address behind it, likewise; `None` behind the last of all.
    pub(super) fn behind(self) -> Option<u128> {
        self.bits.checked_add(1_u128.checked_shl(128 - u32::from(self.len))?)
    }

    pub(super) fn is_v4(self) -> bool {
        self.v4
    }

    /// Just this address.
    pub(super) fn host(ip: IpAddr) -> Network {
        let (bits, v4) = bits(ip);
        Network { bits, len: if v4 { 32 } else { 128 }, v4 }
    }
}

impl Networks {
    /// Adds a network. One that is there already keeps its rule.
    pub(super) fn insert(&mut self, network: Network, rule: RuleId) {
        let trie = if network.v4 { &mut self.v4 } else { &mut self.v6 };
        trie.insert(network.bits, network.len, rule);
    }

    /// The rule of the narrowest network that holds `ip`.
    pub(super) fn find(&self, ip: IpAddr) -> Option<RuleId> {
        let (bits, v4) = bits(ip);
        if v4 { self.v4.find(bits) } else { self.v6.find(bits) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.v4.nodes.is_empty() && self.v6.nodes.is_empty()
    }
}

/// The address's bits from the top, and whether it is IPv4.
fn bits(ip: IpAddr) -> (u128, bool) {
    match ip.to_canonical() {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()) << 96, true),
        IpAddr::V6(ip) => (ip.to_bits(), false),
    }
}

/// The first `len` bits.
fn prefix(bits: u128, len: u8) -> u128 {
    bits & u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0)
}

/// The bit behind the first `at`.
fn bit(bits: u128, at: u8) -> usize {
    usize::from(bits >> (127 - at) & 1 == 1)
}

/// The index of no node: the root is no node's child.
const NONE: u32 = 0;

#[derive(Debug, Default)]
struct Trie {
    /// The root, of prefix length 0, is the first.
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    bits: u128,
    len: u8,
    rule: Option<RuleId>,
    children: [u32; 2],
}

impl Trie {
    fn insert(&mut self, bits: u128, len: u8, rule: RuleId) {
        if self.nodes.is_empty() {
            self.nodes.push(Node { bits: 0, len: 0, rule: None, children: [NONE; 2] });
        }
        let mut at = 0;
        loop {
            if self.nodes[at].len == len {
                self.nodes[at].rule.get_or_insert(rule);
                return;
            }
            let side = bit(bits, self.nodes[at].len);
            let child = self.nodes[at].children[side];
            if child == NONE {
                self.nodes[at].children[side] = self.push(Node { bits, len, rule: Some(rule), children: [NONE; 2] });
                return;
            }
            let next = &self.nodes[child as usize];
            let common = shared(next.bits, bits).min(next.len).min(len);
            if common < next.len {
                // The path forks, or ends, above the child: a node goes in between.
                let mut fork = Node { bits: prefix(bits, common), len: common, rule: None, children: [NONE; 2] };
                fork.children[bit(next.bits, common)] = child;
                let fork = self.push(fork);
                self.nodes[at].children[side] = fork;
                at = fork as usize;
            } else {
                at = child as usize;
            }
        }
    }

    fn push(&mut self, node: Node) -> u32 {
        let at = u32::try_from(self.nodes.len()).expect("there are at most two nodes for each of 2^31 rules");
        self.nodes.push(node);
        at
    }

    fn find(&self, bits: u128) -> Option<RuleId> {
        let mut found = None;
        let mut at = self.nodes.first()?;
        loop {
            if prefix(bits, at.len) != at.bits {
                return found;
            }
            found = at.rule.or(found);
            if at.len == 128 {
                return found;
            }
            match at.children[bit(bits, at.len)] {
                NONE => return found,
                child => at = &self.nodes[child as usize],
            }
        }
    }
}

/// How many leading bits are the same.
fn shared(a: u128, b: u128) -> u8 {
    u8::try_from((a ^ b).leading_zeros()).expect("a u128 has 128 bits")
}
