use std::collections::{HashMap, HashSet};

use super::{ClientProgram, Incoming};
use crate::proc_net::{name, processes, sockets, sockets_of, table};

/// Processes that had connections lately, the last one first. They are looked into before all others, of which there may be
/// thousands.
#[derive(Debug, Default)]
pub(super) struct Looker(Vec<u32>);

/// More programs than people use at a time.
const MOST_KNOWN: usize = 64;

impl Looker {
    pub(super) fn find(&mut self, incoming: &[Incoming]) -> Vec<Option<ClientProgram>> {
        let mut sought = Sought::of(matches(incoming));
        let mut owners: HashMap<Incoming, ClientProgram> = HashMap::new();
        let known = self.0.clone();
        let others = processes().filter(|pid| !known.contains(pid));
        for pid in known.iter().copied().chain(others) {
            if sought.0.is_empty() {
                break;
            }
            let theirs = sought.take(sockets_of(pid));
            if theirs.is_empty() {
                continue;
            }
            self.0.retain(|other| *other != pid);
            self.0.insert(0, pid);
            self.0.truncate(MOST_KNOWN);
            // One that has ended by now has no name any more.
            if let Some(name) = name(pid) {
                owners.extend(theirs.into_iter().map(|one| (one, ClientProgram { name: name.clone(), pid })));
            }
        }
        incoming.iter().map(|one| owners.get(&canonical(*one)).cloned()).collect()
    }
}

/// Sockets, by their inodes, with what each may be the other end of, and of that how many sockets may be it. The tables do not
/// tell the address of ours that was connected to, and datagrams may come from several sockets of one number: somebody could have
/// what they send taken for another's.
struct Sought(HashMap<u64, Vec<Incoming>>, HashMap<Incoming, usize>);

impl Sought {
    fn of(found: Vec<(u64, Incoming)>) -> Sought {
        let mut sought = Sought(HashMap::new(), HashMap::new());
        for (inode, one) in found {
            sought.0.entry(inode).or_default().push(one);
            *sought.1.entry(one).or_default() += 1;
        }
        sought
    }

    /// What came from the process that has these sockets, and can have come from no other.
    fn take(&mut self, sockets: impl Iterator<Item = u64>) -> Vec<Incoming> {
        let mut theirs: HashMap<Incoming, usize> = HashMap::new();
        for one in sockets.filter_map(|inode| self.0.remove(&inode)).flatten() {
            *theirs.entry(one).or_default() += 1;
        }
        theirs.into_iter().filter(|(one, sockets)| self.1.get(one) == Some(sockets)).map(|(one, _)| one).collect()
    }
}

/// The sockets that these may have come from.
fn matches(incoming: &[Incoming]) -> Vec<(u64, Incoming)> {
    let mut wanted: HashSet<Incoming> = incoming.iter().map(|one| canonical(*one)).collect();
    let mut found = Vec::new();
    for text in ["tcp", "tcp6"].iter().filter_map(|name| table(name).ok()) {
        for socket in sockets(&text) {
            let one = Incoming { client: socket.local, port: socket.remote.port() };
            if wanted.contains(&one) {
                found.push((socket.inode, one));
            }
        }
    }
    // What sends datagrams to anybody is bound to no address and connected to none: its number alone tells it. Of another
    // machine's that would tell nothing.
    let streams: HashSet<Incoming> = found.iter().map(|(_, one)| *one).collect();
    wanted.retain(|one| one.client.ip().is_loopback() && !streams.contains(one));
    if !wanted.is_empty() {
        for text in ["udp", "udp6"].iter().filter_map(|name| table(name).ok()) {
            for socket in sockets(&text) {
                let is_theirs = |one: &&Incoming| {
                    socket.local.port() == one.client.port()
                        && (socket.local.ip().is_unspecified() || socket.local.ip() == one.client.ip())
                        && [0, one.port].contains(&socket.remote.port())
                };
                found.extend(wanted.iter().filter(is_theirs).map(|one| (socket.inode, *one)));
            }
        }
    }
    // One that no process has any more is nobody's.
    found.retain(|(inode, _)| *inode != 0);
    found
}

fn canonical(Incoming { client, port }: Incoming) -> Incoming {
    Incoming { client: (client.ip().to_canonical(), client.port()).into(), port }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_come_from_two_processes_is_neither_ones() {
        let [a, b, c] = [1, 2, 3].map(|n| Incoming { client: ([127, 0, 0, 1], n).into(), port: 1080 });
        let sought = || Sought::of(vec![(1, a), (2, a), (2, b), (3, c)]);
        let mut taken = sought();
        assert_eq!(taken.take([1, 9].into_iter()), []);
        assert_eq!(taken.take([2].into_iter()), [b]);
        assert_eq!(taken.take([2].into_iter()), []);
        // A process may have several sockets of one number.
        let theirs: HashSet<Incoming> = sought().take([3, 2, 1].into_iter()).into_iter().collect();
        assert_eq!(theirs, HashSet::from([a, b, c]));
    }
}
