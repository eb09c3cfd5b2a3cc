//! `parasol demo`: the built-in server and a local in one process, and the line that uses them.

use std::net::SocketAddr;
use std::sync::Arc;

use parasol_app::StopSignal;
use parasol_app::builtin::Builtin;
use parasol_app::port::own_address;
use parasol_app::problem::Problem;
use parasol_app::relay::{Egress, NameServers, Relay, RelaySpec};
use parasol_proto::ServerConfig;

use crate::args::DemoArgs;
use crate::fault::{Fault, PortOption};
use crate::networks;
use crate::reporter::{Reporter, Scope};
use crate::run::{self, Show};
use crate::screen::Screen;
use crate::settings::DEFAULT_LOCAL_PORT;

/// So many taken ports are passed over before giving up.
const PORTS_TO_TRY: usize = 20;

/// Runs both until they are stopped.
pub(crate) async fn demo(args: &DemoArgs, screen: &Screen) -> Result<(), Fault> {
    let show = Show::new(args.stats);
    let mut signal = StopSignal::watch().map_err(Fault::Signals)?;
    let fault = |problem| Fault::Problem { problem, option: PortOption::LocalPort };
    let server_side = Arc::new(Reporter::new(Scope::Everything, args.verbose));
    let builtin = Builtin::start(Egress::Any, NameServers::System, server_side).map_err(fault)?;
    let relay = local(builtin.config(), args).map_err(fault)?;
    let watch = networks::watch();
    run::announce(&relay, show)?;
    if show != Show::JsonLines {
        for line in how_to_use(relay.bound().first().expect("it listens on the port that was asked for").listen) {
            run::print_line(&line)?;
        }
    }
    let ended = tokio::select! {
        ended = run::until_stopped(&relay, show, screen, &mut signal) => ended,
        () = networks::follow(watch, |change| {
            relay.network_changed(change);
            builtin.network_changed(change);
        }) => Ok(()),
    };
    run::stop(async {
        relay.stop().await;
        builtin.stop().await;
    })
    .await
    .and(ended)
}

fn local(server: &ServerConfig, args: &DemoArgs) -> Result<Relay, Problem> {
    let reporter = Arc::new(Reporter::new(Scope::Clients, args.verbose));
    let on = |port| Relay::start(RelaySpec::local(own_address(port), server.clone()), reporter.clone());
    let Some(port) = args.local_port else { return first_free(on) };
    on(port)
}

fn first_free(on: impl Fn(u16) -> Result<Relay, Problem>) -> Result<Relay, Problem> {
    let mut started = on(DEFAULT_LOCAL_PORT);
    for _ in 1..PORTS_TO_TRY {
        match started {
            Err(Problem::PortTaken { next_free: Some(port), .. }) => started = on(port),
            _ => break,
        }
    }
    started
}

fn how_to_use(listen: SocketAddr) -> [String; 3] {
    [
        "A Shadowsocks server and a local run in this process. Try them from another terminal:".to_owned(),
        format!("  curl --proxy socks5h://{listen} https://example.com/"),
        "Ctrl-C stops both.".to_owned(),
    ]
}
