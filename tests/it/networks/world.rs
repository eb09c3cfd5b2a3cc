//! `World`: two networks of a test's own, with two cables between them. Each is the network of one thread and of what that
//! starts.
//!
//! ```text
//! near: a local, the test                         far: lo 10.99.0.1 and 10.99.0.2: server, target
//!   a0 10.77.0.1/24 ═══════════════════════════ b0 10.77.0.2/24      (default route)
//!   a1 10.77.1.1/24 ═══════════════════════════ b1 10.77.1.2/24
//! ```

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::AsRawFd;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use harness::target::{Manner, Target};
use nix::sched::{CloneFlags, unshare};
use parasol_engine::Egress;
use parasol_proto::Method;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::running::{Running, config, shadowsocks};

pub(super) const METHOD: Method = Method::Blake3Aes256Gcm;

/// The near end. Dropping it ends the far one.
pub(super) struct World {
    /// The server by both of its addresses.
    pub(super) servers: [SocketAddr; 2],
    /// What echoes behind it.
    pub(super) target: SocketAddr,
    commands: Sender<String>,
    done: Receiver<()>,
    _end: oneshot::Sender<()>,
}

impl World {
    /// As [`ip`], at the far end.
    pub(super) fn far(&self, arguments: &str) {
        self.commands.send(arguments.to_owned()).expect("the far end runs");
        self.done.recv().expect("it can be done");
    }
}

/// Runs a test in a world, or says why there is none.
pub(super) fn in_world(name: &str, test: impl AsyncFnOnce(World) + Send + 'static) {
    if !nix::unistd::geteuid().is_root() {
        return as_root(name);
    }
    if !may_make_networks() {
        return println!("SKIPPED: root has no right to networks here (CAP_SYS_ADMIN)");
    }
    let near = thread::spawn(move || {
        unshare(CloneFlags::CLONE_NEWNET).expect("whoever has the right to it makes a network");
        runtime().block_on(async { test(build()).await });
    });
    if let Err(panic) = near.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Whether this process has CAP_SYS_ADMIN, which the kernel tells it.
fn may_make_networks() -> bool {
    const SYS_ADMIN: u32 = 21;
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let held = status.lines().find_map(|line| line.strip_prefix("CapEff:")).expect("a line of rights");
    u64::from_str_radix(held.trim(), 16).expect("a number") & 1 << SYS_ADMIN != 0
}

/// Starts this program again, for this test alone, as the root of a user namespace.
fn as_root(name: &str) {
    let unshare = |command: &[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--net"]).args(command);
        unshare
    };
    if !unshare(&["true"]).status().is_ok_and(|status| status.success()) {
        return println!("SKIPPED: this is not root, and the system lets no other user make a network");
    }
    let this = std::env::current_exe().expect("a running program has a path");
    let this = this.to_str().expect("a path of a test is text");
    let status = unshare(&[this, "--exact", &format!("networks::{name}"), "--nocapture"]).status();
    assert!(status.expect("it was there just now").success(), "{name}, as root");
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("there are descriptors")
}

/// Both ends and the cables; to be called in a network of its own.
fn build() -> World {
    let (tell, told) = channel();
    let (commands, obey) = channel();
    let (say, done) = channel();
    let (tell_ready, ready) = channel();
    let (end, ended) = oneshot::channel();
    thread::spawn(move || far_end(&tell, obey, &say, &tell_ready, ended));
    let network = told.recv().expect("the far end has a network");
    ip("link set lo up");
    for (cable, address) in [("0", "10.77.0.1/24"), ("1", "10.77.1.1/24")] {
        ip(&format!("link add a{cable} type veth peer name b{cable}"));
        ip(&format!("link set b{cable} netns {network}"));
        ip(&format!("address add {address} dev a{cable}"));
        ip(&format!("link set a{cable} up"));
    }
    for command in [
        "link set lo up",
        "address add 10.99.0.1/32 dev lo",
        "address add 10.99.0.2/32 dev lo",
        "address add 10.77.0.2/24 dev b0",
        "address add 10.77.1.2/24 dev b1",
        "link set b0 up",
        "link set b1 up",
    ] {
        commands.send(command.to_owned()).expect("the far end runs");
        done.recv().expect("it can be done");
    }
    ip("route add default via 10.77.0.2");
    commands.send(String::new()).expect("the far end runs");
    let (server, target): (u16, SocketAddr) = ready.recv().expect("the far end serves");
    let servers = [1, 2].map(|last| SocketAddr::from(([10, 99, 0, last], server)));
    World { servers, target, commands, done, _end: end }
}

/// Makes a network and tells where it is found, does what it is told there, and from the empty command on serves too.
fn far_end(
    tell: &Sender<String>,
    obey: Receiver<String>,
    done: &Sender<()>,
    ready: &Sender<(u16, SocketAddr)>,
    ended: oneshot::Receiver<()>,
) {
    unshare(CloneFlags::CLONE_NEWNET).expect("it could be done just now");
    let own = File::open("/proc/thread-self/ns/net").expect("the kernel has namespaces");
    tell.send(format!("/proc/{}/fd/{}", std::process::id(), own.as_raw_fd())).expect("the test waits");
    // A thread of its own is of the network of whoever starts it.
    let obeys = |obey: &Receiver<String>| {
        while let Ok(command) = obey.recv() {
            if command.is_empty() {
                return;
            }
            ip(&command);
            let _ = done.send(());
        }
    };
    obeys(&obey);
    thread::scope(|scope| {
        scope.spawn(move || obeys(&obey));
        runtime().block_on(async {
            let mut port = shadowsocks(METHOD, Egress::Any);
            port.listen = (Ipv4Addr::UNSPECIFIED, 0).into();
            let server = Running::start(config(vec![port]));
            let target = Target::start_at(Ipv4Addr::new(10, 99, 0, 1).into(), Manner::Echo).await;
            ready.send((server.address.port(), target.address)).expect("the test waits");
            // The end of the test.
            let _ = ended.await;
        });
    });
}

/// `ip` with these arguments, in the network of this thread.
pub(super) fn ip(arguments: &str) {
    let output = Command::new("ip").args(arguments.split_whitespace()).output().expect("iproute2 is installed");
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}
