//! `Running`: an engine of a test, and what it tells of its flows.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness::deadline::within;
use harness::payload;
use parasol_engine::{
    Egress, Engine, EngineConfig, FlowSummary, InboundConfig, InboundKind, NameServers, Outbound, StatCallback, Step,
};
use parasol_proto::{Access, Address, Family, Method, ServerConfig};
use tokio::sync::mpsc;

/// Short enough that a test of a deadline is quick, long enough that no busy machine meets one by accident in a stage
/// that the test does not mean.
pub(crate) const SHORT: Duration = Duration::from_secs(1);

/// A running engine.
pub(crate) struct Running {
    /// Where its first port listens.
    pub(crate) address: SocketAddr,
    pub(crate) engine: Engine,
    ended: mpsc::UnboundedReceiver<FlowSummary>,
    steps: Steps,
}

/// The steps that flows took, and how long each.
type Steps = Arc<Mutex<Vec<(Step, Duration)>>>;

impl Running {
    /// Starts a whole configuration.
    pub(crate) fn start(config: EngineConfig) -> Running {
        let (sender, ended) = mpsc::unbounded_channel();
        let steps = Steps::default();
        let recorder = Recorder { ended: sender, steps: Arc::clone(&steps) };
        let engine = Engine::start(config, Arc::new(recorder)).expect("loopback has free ports");
        Running { address: engine.bound()[0].listen, engine, ended, steps }
    }

    /// The next flow to end.
    pub(crate) async fn ended(&mut self) -> FlowSummary {
        within("the end of a flow", self.ended.recv()).await.expect("the engine runs as long as this")
    }

    /// How long a step took, each time that a flow took it.
    pub(crate) fn steps(&self, step: Step) -> Vec<Duration> {
        let steps = self.steps.lock().expect("no relay thread panics while it adds a step");
        steps.iter().filter(|(taken, _)| *taken == step).map(|(_, took)| *took).collect()
    }

    /// Stops the engine and returns every flow that ended and was not asked for.
    pub(crate) async fn stop(mut self) -> Vec<FlowSummary> {
        within("stop", self.engine.stop()).await;
        std::iter::from_fn(|| self.ended.try_recv().ok()).collect()
    }
}

struct Recorder {
    ended: mpsc::UnboundedSender<FlowSummary>,
    steps: Steps,
}

impl StatCallback for Recorder {
    fn ended(&self, flow: &FlowSummary) {
        // The test may be over.
        let _ = self.ended.send(flow.clone());
    }

    fn step(&self, _port: u16, step: Step, _server: Option<&Address>, took: Duration) {
        self.steps.lock().expect("no relay thread panics while it adds a step").push((step, took));
    }
}

/// A mixed port that leads to `server`.
pub(crate) fn mixed(server: ServerConfig) -> InboundConfig {
    inbound(InboundKind::Mixed { outbound: Outbound::Shadowsocks(server.into()), login: None })
}

/// A mixed port that leads straight to the target.
pub(crate) fn direct() -> InboundConfig {
    inbound(InboundKind::Mixed { outbound: Outbound::Direct, login: None })
}

/// A Shadowsocks port that dials any target.
pub(crate) fn shadowsocks(method: Method, egress: Egress) -> InboundConfig {
    let access = Access::new(method, &password(method)).expect("it was made for the method");
    inbound(InboundKind::Shadowsocks { access, egress })
}

/// A port of 127.0.0.1.
pub(crate) fn inbound(kind: InboundKind) -> InboundConfig {
    InboundConfig::new("test", (Ipv4Addr::LOCALHOST, 0).into(), kind)
}

/// An engine with these ports, the usual deadlines, and no name server.
pub(crate) fn config(inbounds: Vec<InboundConfig>) -> EngineConfig {
    EngineConfig { threads: 2, name_servers: NameServers::These(Vec::new()), ..EngineConfig::new(inbounds) }
}

/// Our local role in front of `server`.
pub(crate) fn local(server: ServerConfig) -> Running {
    Running::start(config(vec![mixed(server)]))
}

/// Our server role for a method, with [`password`].
pub(crate) fn server(method: Method) -> Running {
    Running::start(config(vec![shadowsocks(method, Egress::Any)]))
}

/// What leads to targets: directly, and through a server in each framing; and the same where every flow is heavy. What runs
/// comes with it, nearest first.
pub(crate) fn relays() -> Vec<(&'static str, SocketAddr, Vec<Running>)> {
    let mut relays = Vec::new();
    for (start, names) in [
        (Running::start as fn(EngineConfig) -> Running, ["direct", "AEAD-2017", "AEAD-2022"]),
        (heavy, ["direct and heavy", "AEAD-2017 and heavy", "AEAD-2022 and heavy"]),
    ] {
        let straight = start(config(vec![direct()]));
        relays.push((names[0], straight.address, vec![straight]));
        for (name, method) in names[1..].iter().zip([Method::ChaCha20Poly1305, Method::Blake3Aes256Gcm]) {
            let far = start(config(vec![shadowsocks(method, Egress::Any)]));
            let near = start(config(vec![mixed(server_config(far.address, method))]));
            relays.push((name, near.address, vec![near, far]));
        }
    }
    relays
}

/// An engine to which every flow is heavy that has moved a byte.
pub(crate) fn heavy(config: EngineConfig) -> Running {
    Running::start(EngineConfig { heavy_after: 0, ..config })
}

/// A server at `address` that has [`password`].
pub(crate) fn server_config(address: SocketAddr, method: Method) -> ServerConfig {
    ServerConfig::new(Address::from(address), method, &password(method)).expect("it was made for the method")
}

/// The test's password for a method: text, or base64 of the key's length.
pub(crate) fn password(method: Method) -> String {
    match method.family() {
        Family::Aead2017 | Family::Stream => "barfoo! Zähler".to_owned(),
        Family::Aead2022 => STANDARD.encode(payload::bytes(method.key_len(), 42)),
    }
}

/// Another one than [`password`].
pub(crate) fn wrong_password(method: Method) -> String {
    match method.family() {
        Family::Aead2017 | Family::Stream => "foobar".to_owned(),
        Family::Aead2022 => STANDARD.encode(payload::bytes(method.key_len(), 43)),
    }
}
