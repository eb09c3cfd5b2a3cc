//! `Manager`: adds and removes the ports of a running relay at another program's commands, and tells it what each has
//! carried. The words are those of [`parasol_proto::manager`].
//!
//! Two ways of telling are in use. shadowsocks-libev and shadowsocks-rust answer `ping` with the totals since a port was
//! opened. The Python original answers `pong`, and from then on sends the sender of the last command what each port has
//! carried since it was told last, every ten seconds. That has a bound by itself; what is answered to other machines gets
//! one (`allowance.rs`).

mod allowance;
mod counters;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use parasol_platform::{CommandSender, ManagerSocket};
use parasol_proto::link::Password;
use parasol_proto::manager::{Command, CommandError, ERR, Listed, MAX_COMMAND, NewPort, OK, PONG, UNAVAILABLE};
use parasol_proto::manager::{list, stat};
use tokio::time::{Interval, MissedTickBehavior};

use self::allowance::Allowance;
use self::counters::Counters;
use crate::log_limit::LogLimit;
use crate::relay::{Relay, RelaySpec};

/// Where commands come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagerAddress {
    /// Over UDP, from whoever reaches the address.
    Udp(SocketAddr),
    /// At this path, from this user alone.
    Unix(PathBuf),
}

/// How counters are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Telling {
    /// Totals, when asked.
    #[default]
    Totals,
    /// What is new, every ten seconds, to whoever sent the last command.
    News,
}

/// A port that a manager opens and closes.
#[derive(Debug, Clone)]
pub struct ManagedPort {
    /// What it is listed with.
    pub password: Password,
    /// The same.
    pub method: &'static str,
    /// One listening port.
    pub spec: RelaySpec,
    /// What the user should hear about it.
    pub warning: Option<String>,
}

/// Makes a port of what a manager asked for, or says why there cannot be one.
pub type MakePort = Box<dyn Fn(&NewPort) -> Result<ManagedPort, String> + Send>;

/// See the module.
pub struct Manager {
    socket: ManagerSocket,
    telling: Telling,
    make: MakePort,
    ports: BTreeMap<u16, Open>,
    counters: Counters,
    /// Who sent the last command.
    last: Option<CommandSender>,
    every: Duration,
    allowance: Allowance,
    /// A line for each bad command would let whoever reaches the socket fill the disk.
    limit: LogLimit,
}

struct Open {
    listen: SocketAddr,
    password: Password,
    method: &'static str,
}

/// No more are opened: each takes a handful of descriptors.
pub const MAX_PORTS: usize = 1024;
/// How often is told what is new.
const EVERY: Duration = Duration::from_secs(10);
/// Ports in one datagram, as the Python original has it.
const PORTS_AT_A_TIME: usize = 50;
/// How much of what a manager wrote stands in a line of the log, in characters.
const SHOWN: usize = 300;
/// Pause after the socket itself failed.
const PAUSE: Duration = Duration::from_millis(100);

impl Manager {
    /// Listens for commands; `make` says what a port is that they add. To be called within a runtime.
    ///
    /// # Errors
    /// As [`ManagerSocket::udp`] and [`ManagerSocket::unix`].
    pub async fn listen(address: &ManagerAddress, telling: Telling, make: MakePort) -> io::Result<Manager> {
        let socket = match address {
            ManagerAddress::Udp(address) => ManagerSocket::udp(*address).await?,
            ManagerAddress::Unix(path) => ManagerSocket::unix(path)?,
        };
        let (ports, counters) = (BTreeMap::new(), Counters::default());
        let (allowance, limit) = (Allowance::new(Instant::now()), LogLimit::new(Instant::now()));
        Ok(Manager { socket, telling, make, ports, counters, last: None, every: EVERY, allowance, limit })
    }

    /// Where it listens, the port real even where 0 was asked for.
    #[must_use]
    pub fn udp_address(&self) -> Option<SocketAddr> {
        self.socket.udp_address()
    }

    /// Takes charge of a port that is open already.
    pub fn adopt(&mut self, listen: SocketAddr, password: Password, method: &'static str) {
        self.ports.insert(listen.port(), Open { listen, password, method });
    }

    /// Does what it is told, for as long as it is polled.
    pub async fn serve(&mut self, relay: &Relay) {
        // One more than a command may have, to tell a longer one.
        let mut buffer = vec![0; MAX_COMMAND + 1];
        let mut news = tokio::time::interval(self.every);
        news.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                received = self.socket.receive(&mut buffer) => match received {
                    Ok((len, from)) => self.answer(&buffer[..len], from, relay).await,
                    Err(error) => {
                        self.warn(&format!("no command could be received: {error}"));
                        tokio::time::sleep(PAUSE).await;
                    }
                },
                () = due(&mut news, self.telling) => self.tell_news(relay),
            }
        }
    }

    async fn answer(&mut self, datagram: &[u8], from: CommandSender, relay: &Relay) {
        for answer in self.obey(datagram, from.address(), relay).await {
            if let Err(error) = self.socket.send(&answer, &from) {
                tracing::debug!(%error, "an answer to the manager was lost");
            }
        }
        self.last = Some(from);
    }

    /// Does what it is told, and gives what is to be said to it.
    async fn obey(&mut self, datagram: &[u8], from: Option<SocketAddr>, relay: &Relay) -> Vec<Vec<u8>> {
        let answers = match Command::parse(datagram) {
            Ok(Command::Ping) if self.telling == Telling::News => vec![PONG.to_vec()],
            Ok(Command::Ping | Command::Stat) => stat(&self.totals(relay), MAX_PORTS),
            Ok(Command::List) => self.list(),
            Ok(Command::Add(new)) => vec![self.add(&new, relay).await.to_vec()],
            Ok(Command::Remove(port)) => {
                self.remove(port, relay).await;
                vec![OK.to_vec()]
            }
            Ok(Command::Report) | Err(CommandError::Unknown) => Vec::new(),
            Err(error) => {
                self.warn(&format!("a command of the manager was not understood: {error}"));
                vec![ERR.to_vec()]
            }
        };
        let len = answers.iter().map(Vec::len).sum();
        if self.allowance.takes(from, datagram.len(), len, Instant::now()) {
            return answers;
        }
        self.warn("a command was not answered: other machines asked for too much");
        Vec::new()
    }

    /// The answer to `add`.
    async fn add(&mut self, new: &NewPort, relay: &Relay) -> &'static [u8] {
        let port = new.port;
        let made = match (self.make)(new) {
            Ok(made) => made,
            Err(why) => {
                // It may repeat a name, of which a command has room for a long one.
                let why: String = why.chars().take(SHOWN).collect();
                self.warn(&format!("port {port} was not added: {why}"));
                return ERR;
            }
        };
        if !self.ports.contains_key(&port) && self.ports.len() >= MAX_PORTS {
            self.warn(&format!("port {port} was not added: there are as many as there may be"));
            return ERR;
        }
        if let Some(warning) = &made.warning {
            self.warn(&format!("port {port}: {warning}"));
        }
        self.remove(port, relay).await;
        match relay.add(&made.spec) {
            Ok(listen) => {
                let open = Open { listen, password: made.password, method: made.method };
                self.ports.insert(port, open);
                OK
            }
            Err(problem) => {
                self.warn(&format!("port {port} was not added: {problem:?}"));
                UNAVAILABLE
            }
        }
    }

    fn warn(&mut self, line: &str) {
        if let Some(line) = self.limit.pass(line, Instant::now()) {
            tracing::warn!("{line}");
        }
    }

    async fn remove(&mut self, port: u16, relay: &Relay) {
        if let Some(open) = self.ports.remove(&port) {
            let last = relay.remove(open.listen).await;
            self.counters.closed(port, last.iter().map(|stats| stats.tx + stats.rx).sum());
        }
    }

    /// What each port has carried since it was opened.
    fn totals(&self, relay: &Relay) -> Vec<(u16, u64)> {
        let carried: BTreeMap<_, _> = relay.ports().iter().map(|stats| (stats.listen, stats.tx + stats.rx)).collect();
        let total = |(port, open): (&u16, &Open)| (*port, carried.get(&open.listen).copied().unwrap_or(0));
        self.ports.iter().map(total).collect()
    }

    /// Passwords are for the owner of this program alone, and over UDP nobody can tell who asks.
    fn list(&self) -> Vec<Vec<u8>> {
        let private = self.socket.is_private();
        let listed = |(port, open): (&u16, &'_ Open)| {
            (*port, if private { open.password.clone() } else { Password::default() }, open.method)
        };
        let ports: Vec<_> = self.ports.iter().map(listed).collect();
        list(ports.iter().map(|(port, password, method)| Listed { port: *port, password: password.as_str(), method }))
    }

    fn tell_news(&mut self, relay: &Relay) {
        let Some(to) = &self.last else { return };
        let news = self.counters.news(&self.totals(relay));
        if news.is_empty() {
            return;
        }
        for datagram in stat(&news, PORTS_AT_A_TIME) {
            if let Err(error) = self.socket.send(&datagram, to) {
                tracing::debug!(%error, "the manager was not told its news");
            }
        }
    }
}

async fn due(news: &mut Interval, telling: Telling) {
    match telling {
        Telling::News => drop(news.tick().await),
        Telling::Totals => std::future::pending().await,
    }
}

impl fmt::Debug for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manager").field("socket", &self.socket).finish_non_exhaustive()
    }
}
