//! `Running`: one start of a plugin: its port, its variables, and when it is ready.

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use parasol_platform::Child;
use parasol_proto::Address;
use tokio::net::{TcpStream, UdpSocket};
use tokio::process::Command;
use tokio::task::JoinHandle;

use super::tail::{Tail, plain};
use super::{PluginMode, PluginSpec, reachable};
use crate::problem::Problem;
use crate::relay::{Instead, refused, taken};

/// What a program finds of our own environment: enough to be found, to speak the user's language and to have a place
/// for temporary files. Nothing of ours that may be secret, and nothing that changes what it loads.
const KEPT: [&str; 17] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "TZ",
    "TMPDIR",
    "TMP",
    "TEMP",
    // Windows cannot open a socket without its folder.
    "SystemRoot",
    "SystemDrive",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
];

/// How often it is looked whether the port answers.
const KNOCK: Duration = Duration::from_millis(20);
/// How long the last of its output is waited for once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// So many ports are tried: a free one can be taken by another program before the plugin has it.
const PORTS: usize = 3;

/// The two ends of a plugin.
#[derive(Debug, Clone)]
pub(super) enum Ends {
    /// Listens on loopback, dials the server.
    Local { server: Address },
    /// Listens for the world, dials us.
    Server { listen: SocketAddr, relay: SocketAddr },
}

/// A plugin that was started and has answered.
#[derive(Debug)]
pub(super) struct Running {
    name: String,
    child: Child,
    out: Tail,
    err: Tail,
    drains: Vec<JoinHandle<()>>,
}

/// Starts it on a free port and waits until it is ready.
pub(super) async fn first(spec: &PluginSpec, ends: &Ends, ready: Duration) -> Result<(Running, SocketAddr), Problem> {
    let mut attempts = PORTS;
    loop {
        let address = free(ends)?;
        attempts -= 1;
        match Running::start(spec, ends, address, ready).await {
            Ok(running) => return Ok((running, address)),
            Err(problem) if attempts == 0 || TcpListener::bind(address).is_ok() => return Err(problem),
            Err(_) => {}
        }
    }
}

/// Where it is to listen. Asked before it is started, so that no other program's answer is taken for its.
fn free(ends: &Ends) -> Result<SocketAddr, Problem> {
    let wanted = match ends {
        Ends::Local { .. } => (Ipv4Addr::LOCALHOST, 0).into(),
        Ends::Server { listen, .. } => *listen,
    };
    let bound = TcpListener::bind(wanted).and_then(|listener| listener.local_addr());
    bound.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => taken(wanted, false, &Instead::tcp()),
        _ => refused(wanted, &error, &Instead::tcp()),
    })
}

impl Running {
    /// Starts it on this port and waits until that answers.
    pub(super) async fn start(
        spec: &PluginSpec,
        ends: &Ends,
        listen: SocketAddr,
        ready: Duration,
    ) -> Result<Running, Problem> {
        let name = plain(spec.program());
        let mut child = Child::spawn(command(spec, ends, listen)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Problem::PluginMissing { name: name.clone() },
            _ => Problem::PluginFailed { name: name.clone(), exit: None, line: Some(error.to_string()) },
        })?;
        let (out, err) = (Tail::default(), Tail::default());
        let drains = [
            child.take_stdout().map(|output| tokio::spawn(out.clone().drain(output))),
            child.take_stderr().map(|output| tokio::spawn(err.clone().drain(output))),
        ];
        let drains = drains.into_iter().flatten().collect();
        let mut running = Running { name, child, out, err, drains };
        tokio::select! {
            // Looked at first: when it has ended, whatever answers is another program.
            biased;
            problem = running.ended() => Err(problem),
            () = answers(reachable(listen), spec.mode()) => Ok(running),
            () = tokio::time::sleep(ready) => {
                let name = running.name.clone();
                running.end(Duration::ZERO).await;
                Err(Problem::PluginSilent { name, seconds: ready.as_secs() })
            }
        }
    }

    /// What it has written to its two outputs, that of its errors first.
    pub(super) fn outputs(&self) -> [Tail; 2] {
        [self.err.clone(), self.out.clone()]
    }

    /// Waits until it has ended by itself. May be given up and called anew.
    pub(super) async fn ended(&mut self) -> Problem {
        let status = self.child.wait().await;
        let drains = self.drains.drain(..);
        // They end with its outputs; a program that gave those away can keep them open.
        let _ = tokio::time::timeout(LAST_WORDS, async {
            for drain in drains {
                let _ = drain.await;
            }
        })
        .await;
        let line = self.err.last_line().or_else(|| self.out.last_line());
        Problem::PluginFailed { name: self.name.clone(), exit: exit(status), line }
    }

    /// Ends it: asks first, and kills it after `patience`.
    pub(super) async fn end(self, patience: Duration) {
        if let Err(error) = self.child.end(patience).await {
            tracing::warn!(%error, "a plugin could not be ended");
        }
    }
}

fn exit(status: io::Result<ExitStatus>) -> Option<i32> {
    status.ok().and_then(|status| status.code())
}

fn command(spec: &PluginSpec, ends: &Ends, listen: SocketAddr) -> Command {
    let mut command = Command::new(spec.program());
    command.env_clear().envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.envs(variables(ends, listen));
    if !spec.options().is_empty() {
        command.env("SS_PLUGIN_OPTIONS", spec.options());
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The four variables of SIP003.
fn variables(ends: &Ends, listen: SocketAddr) -> [(&'static str, OsString); 4] {
    let (remote, local) = match ends {
        Ends::Local { server } => ((server.host(), server.port()), listen),
        Ends::Server { relay, .. } => ((listen.ip().to_string(), listen.port()), *relay),
    };
    [
        ("SS_REMOTE_HOST", remote.0.into()),
        ("SS_REMOTE_PORT", remote.1.to_string().into()),
        ("SS_LOCAL_HOST", local.ip().to_string().into()),
        ("SS_LOCAL_PORT", local.port().to_string().into()),
    ]
}

/// Returns when something takes a connection there, or, from a plugin for UDP alone, datagrams.
async fn answers(address: SocketAddr, mode: PluginMode) {
    match mode {
        PluginMode::TcpOnly | PluginMode::TcpAndUdp => {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(KNOCK).await;
            }
        }
        PluginMode::UdpOnly => while !takes_datagrams(address).await {},
    }
}

/// Whether an empty datagram is taken: where nobody listens, the system sends word back.
async fn takes_datagrams(address: SocketAddr) -> bool {
    let knock = async {
        let any = if address.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = UdpSocket::bind((any, 0)).await?;
        socket.connect(address).await?;
        socket.send(&[]).await?;
        match tokio::time::timeout(KNOCK, socket.recv(&mut [0])).await {
            Ok(heard) => heard.map(drop),
            Err(_) => Ok(()),
        }
    };
    let taken: io::Result<()> = knock.await;
    if taken.is_err() {
        tokio::time::sleep(KNOCK).await;
    }
    taken.is_ok()
}
