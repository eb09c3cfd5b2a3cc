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
        let mut sought = inodes(incoming);
        let mut owners: HashMap<Incoming, ClientProgram> = HashMap::new();
        let known = self.0.clone();
        let others = processes().filter(|pid| !known.contains(pid));
        for pid in known.iter().copied().chain(others) {
            if sought.is_empty() {
                break;
            }
            let theirs: Vec<Incoming> = sockets_of(pid).filter_map(|inode| sought.remove(&inode)).flatten().collect();
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

/// The sockets that these came from.
fn inodes(incoming: &[Incoming]) -> HashMap<u64, Vec<Incoming>> {
    let mut wanted: HashSet<Incoming> = incoming.iter().map(|one| canonical(*one)).collect();
    let mut found: HashMap<u64, Vec<Incoming>> = HashMap::new();
    for text in ["tcp", "tcp6"].iter().filter_map(|name| table(name).ok()) {
        for socket in sockets(&text) {
            if let Some(one) = wanted.take(&Incoming { client: socket.local, port: socket.remote.port() }) {
                found.entry(socket.inode).or_default().push(one);
            }
        }
    }
    // What sends datagrams to anybody is bound to no address and connected to none: its number alone tells it. Of another
    // machine's that would tell nothing.
    wanted.retain(|one| one.client.ip().is_loopback());
    if !wanted.is_empty() {
        for text in ["udp", "udp6"].iter().filter_map(|name| table(name).ok()) {
            for socket in sockets(&text) {
                let is_theirs = |one: &&Incoming| {
                    socket.local.port() == one.client.port()
                        && (socket.local.ip().is_unspecified() || socket.local.ip() == one.client.ip())
                        && [0, one.port].contains(&socket.remote.port())
                };
                found.entry(socket.inode).or_default().extend(wanted.iter().filter(is_theirs));
            }
        }
    }
    // It is not anybody's any more, or nobody's who was asked for.
    found.remove(&0);
    found.retain(|_, of| !of.is_empty());
    found
}

fn canonical(Incoming { client, port }: Incoming) -> Incoming {
    Incoming { client: (client.ip().to_canonical(), client.port()).into(), port }
}
