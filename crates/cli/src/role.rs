//! `parasol local`, `parasol tunnel` and `parasol server`: one relay in one role.

use std::sync::Arc;

use parasol_app::StopSignal;
use parasol_app::manager::{Manager, ManagerAddress};
use parasol_app::plugin::{Patience, Plugin};
use parasol_app::problem::Problem;
use parasol_app::relay::Relay;

use crate::args::{LocalArgs, Running, ServerArgs, TunnelArgs};
use crate::fault::{Fault, PortOption};
use crate::networks;
use crate::reporter::{Reporter, Scope};
use crate::run::{self, Show};
use crate::screen::Screen;
use crate::settings::{self, Managed, Plugged, PluginAt, Settings, Surroundings};

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

/// The relay, and its plugin if it has one.
async fn start(settings: Settings, stats: Arc<Reporter>) -> Result<(Relay, Option<Plugin>), Problem> {
    let Settings { spec, plugin, .. } = settings;
    let spec = spec.alone();
    Ok(match plugin {
        None => (Relay::start(spec, stats)?, None),
        Some(Plugged { plugin, at: PluginAt::Server(server) }) => {
            let mode = plugin.mode();
            let plugin = Plugin::local(plugin, &server, Patience::default()).await?;
            (Relay::start(spec.through(plugin.address(), mode), stats)?, Some(plugin))
        }
        Some(Plugged { plugin, at: PluginAt::Listen(listen) }) => {
            let relay = Relay::start(spec.plugged(plugin.mode()), stats)?;
            let own = relay.bound().first().expect("a relay that started listens on each of its ports").listen;
            match Plugin::server(plugin, listen, own, Patience::default()).await {
                Ok(plugin) => (relay, Some(plugin)),
                Err(problem) => {
                    relay.stop().await;
                    return Err(problem);
                }
            }
        }
    })
}

/// The manager of the relay's ports, if it has one, and the line that says where it listens.
async fn manage(managed: Option<Managed>, relay: &Relay) -> Result<Option<(Manager, String)>, Fault> {
    let Some(Managed { address, telling, make, first }) = managed else { return Ok(None) };
    let mut place = match &address {
        ManagerAddress::Udp(address) => address.to_string(),
        ManagerAddress::Unix(path) => path.display().to_string(),
    };
    let bound = Manager::listen(&address, telling, make).await;
    let mut manager = bound.map_err(|source| Fault::ManagerSocket { place: place.clone(), source })?;
    for (bound, (password, method)) in relay.bound().iter().zip(first) {
        manager.adopt(bound.listen, password, method);
    }
    if let Some(address) = manager.udp_address() {
        place = address.to_string();
    }
    Ok(Some((manager, place)))
}

async fn serve(mut settings: Settings, running: &Running, option: PortOption, screen: &Screen) -> Result<(), Fault> {
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
    let watch = networks::watch();
    let reporter = Arc::new(Reporter::new(Scope::Everything, running.verbose));
    let fault = |problem| Fault::Problem { problem, option };
    let managed = settings.managed.take();
    // Only a plugin takes time to start.
    let (relay, mut plugin) = tokio::select! {
        started = start(settings, reporter) => started.map_err(fault)?,
        heard = signal.wait() => return heard.map_err(Fault::Signals),
    };
    match &plugin {
        Some(plugin) if option == PortOption::ServerPort => run::announce_one(plugin.address(), show)?,
        _ => run::announce(&relay, show)?,
    }
    let mut manager = match manage(managed, &relay).await? {
        Some((manager, place)) => {
            run::announce_manager(&place, show)?;
            Some(manager)
        }
        None => None,
    };
    // The plugin of a server is not the one that dials.
    let renewal = plugin.as_ref().filter(|_| option == PortOption::LocalPort).map(Plugin::renewal);
    let ended = tokio::select! {
        ended = run::until_stopped(&relay, show, screen, &mut signal) => ended,
        problem = gave_up(&mut plugin) => Err(fault(problem)),
        () = networks::follow(watch, |change| {
            relay.network_changed(change);
            if let Some(renewal) = &renewal {
                renewal.network_changed(change, &relay);
            }
        }) => Ok(()),
        () = obey(&mut manager, &relay) => Ok(()),
    };
    drop(manager);
    run::stop(async {
        relay.stop().await;
        if let Some(plugin) = plugin {
            plugin.stop().await;
        }
    })
    .await
    .and(ended)
}

/// Does what the manager says, if there is one; never ends.
async fn obey(manager: &mut Option<Manager>, relay: &Relay) {
    match manager {
        Some(manager) => manager.serve(relay).await,
        None => std::future::pending().await,
    }
}

/// When the plugin has crashed too often.
async fn gave_up(plugin: &mut Option<Plugin>) -> Problem {
    match plugin {
        Some(plugin) => plugin.gave_up().await,
        None => std::future::pending().await,
    }
}
