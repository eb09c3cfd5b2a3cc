//! `parasol local`, `parasol tunnel` and `parasol server`: one relay in one role.

use std::sync::Arc;

use parasol_app::StopSignal;
use parasol_app::relay::Relay;

use crate::args::{LocalArgs, Running, ServerArgs, TunnelArgs};
use crate::fault::{Fault, PortOption};
use crate::reporter::{Reporter, Scope};
use crate::run::{self, Show};
use crate::screen::Screen;
use crate::settings::{self, Settings, Surroundings};

/// Runs the local role until it is stopped.
pub(crate) async fn local(args: &LocalArgs, screen: &Screen) -> Result<(), Fault> {
    let settings = settings::local(args, Surroundings::read(&args.running)?)?;
    serve(settings, &args.running, PortOption::LocalPort, screen).await
}

/// Runs the tunnel role until it is stopped.
pub(crate) async fn tunnel(args: &TunnelArgs, screen: &Screen) -> Result<(), Fault> {
    let settings = settings::tunnel(args, Surroundings::read(&args.running)?)?;
    serve(settings, &args.running, PortOption::LocalPort, screen).await
}

/// Runs the server role until it is stopped.
pub(crate) async fn server(args: &ServerArgs, screen: &Screen) -> Result<(), Fault> {
    let settings = settings::server(args, Surroundings::read(&args.running)?)?;
    serve(settings, &args.running, PortOption::ServerPort, screen).await
}

async fn serve(settings: Settings, running: &Running, option: PortOption, screen: &Screen) -> Result<(), Fault> {
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(nofile) = settings.nofile
        && let Err(error) = parasol_app::limit_descriptors(nofile)
    {
        tracing::warn!("the limit of descriptors stays as it was: {error}");
    }
    let show = Show::new(running.stats);
    let mut signal = StopSignal::watch().map_err(Fault::Signals)?;
    let reporter = Arc::new(Reporter::new(Scope::Everything, running.verbose));
    let relay = Relay::start(settings.spec, reporter).map_err(|problem| Fault::Problem { problem, option })?;
    run::announce(&relay, show)?;
    let ended = run::until_stopped(&relay, show, screen, &mut signal).await;
    run::stop(relay.stop()).await.and(ended)
}
