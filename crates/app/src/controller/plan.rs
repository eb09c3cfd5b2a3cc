//! Which effect comes next. Pure: what is, what is wanted, and the answer.
//!
//! ```text
//! on         recover ─► start the relay ─► set the proxy (by a script: once that is written)
//! off        release the proxy ─► stop the relay
//! change     lead the relay another way; or, where it has to listen elsewhere,
//!            stop the relay ─► start it anew ─► move the proxy, if the address is another
//! failure    release the proxy
//! ```
//! An effect begins when none runs, but for those that give the proxy back: they do not wait for what is done to the
//! relay.
//!
//! While the relay changes over, the proxy goes on pointing at it: for a moment programs find nothing there, which is
//! better than that for a moment they go out bare. It is taken back as soon as no relay is coming.

use std::net::SocketAddr;

use crate::profile::Through;
use crate::relay::Deadlines;
use crate::state::ProxyMode;

/// What a relay is started with. Two that are equal need no restart between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionSpec {
    /// Where its traffic goes.
    pub(super) through: Through,
    /// Where it listens on 127.0.0.1.
    pub(super) port: u16,
    /// How patient it is.
    pub(super) deadlines: Deadlines,
}

impl SessionSpec {
    /// Whether a relay of the one becomes that of the other by leading elsewhere: what runs on it goes on.
    fn differs_in_its_way_alone(&self, other: &SessionSpec) -> bool {
        (self.port, self.deadlines) == (other.port, other.deadlines)
    }
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// A relay, or none.
    pub(super) relay: Option<SessionSpec>,
    /// The system proxy.
    pub(super) proxy: ProxyMode,
}

/// What is; what an effect works on counts as not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct World {
    pub(super) recovered: bool,
    pub(super) relay: Relay,
    pub(super) proxy: Proxy,
    /// The path of the script that the relay gives away and that says what is in force; `None` until there is one.
    pub(super) script: Option<String>,
}

/// How the system proxy is pointed at a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aim {
    /// Where the relay listens.
    pub(super) address: SocketAddr,
    /// The path there of the script that programs go by; without one, everything goes there.
    pub(super) script: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Relay {
    Off,
    On {
        spec: SessionSpec,
        address: SocketAddr,
    },
    /// It could not be started; it is not tried again with the same spec until the user asks.
    Failed {
        spec: SessionSpec,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proxy {
    Unset,
    Set(Aim),
    /// It could not be set or put back; not tried again until the user asks or the relay starts anew.
    Failed,
}

/// One thing to do to this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// Put back what an earlier run left of the system proxy.
    Recover,
    /// Put the system proxy back.
    ReleaseProxy,
    /// End the relay.
    StopRelay,
    /// Lead the relay another way, once that is open.
    ChangeWay(SessionSpec),
    /// Start a relay.
    StartRelay(SessionSpec),
    /// Point the system proxy at the relay.
    SetProxy(Aim),
    /// See whether somebody else has changed the system proxy. It changes nothing, so it is never what comes next here.
    LookAtProxy,
}

impl Effect {
    /// It may begin while something is done to the relay, which can hang: programs would be sent to nobody meanwhile.
    pub(super) fn gives_back(&self) -> bool {
        matches!(self, Effect::Recover | Effect::ReleaseProxy)
    }

    /// It works on the relay; the others work on the proxy.
    pub(super) fn is_of_the_relay(&self) -> bool {
        matches!(self, Effect::StartRelay(_) | Effect::ChangeWay(_) | Effect::StopRelay)
    }
}

/// The next effect; `None` when all is as wanted, or as near to it as can be.
pub(super) fn next(world: &World, wanted: &Wanted) -> Option<Effect> {
    if !world.recovered {
        return Some(Effect::Recover);
    }
    let failed_already = matches!(&world.relay, Relay::Failed { spec } if wanted.relay.as_ref() == Some(spec));
    let relay_is_or_comes = wanted.relay.is_some() && !failed_already;
    if matches!(world.proxy, Proxy::Set(_)) && (wanted.proxy == ProxyMode::Leave || !relay_is_or_comes) {
        return Some(Effect::ReleaseProxy);
    }
    match (&world.relay, &wanted.relay) {
        (Relay::On { spec, address }, Some(wanted_spec)) if spec == wanted_spec => {
            let aim = match wanted.proxy {
                ProxyMode::Leave => None,
                ProxyMode::Set => Some(Aim { address: *address, script: None }),
                // Until there is one it stays as it is.
                ProxyMode::Pac => world.script.clone().map(|script| Aim { address: *address, script: Some(script) }),
            };
            let is_set = |aim: &Aim| matches!(&world.proxy, Proxy::Set(set) if set == aim);
            aim.filter(|aim| world.proxy != Proxy::Failed && !is_set(aim)).map(Effect::SetProxy)
        }
        (Relay::On { spec, .. }, Some(wanted_spec)) if spec.differs_in_its_way_alone(wanted_spec) => {
            Some(Effect::ChangeWay(wanted_spec.clone()))
        }
        (Relay::On { .. }, _) => Some(Effect::StopRelay),
        (Relay::Off | Relay::Failed { .. }, Some(spec)) if !failed_already => Some(Effect::StartRelay(spec.clone())),
        (Relay::Off | Relay::Failed { .. }, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use parasol_proto::{Method, ServerConfig};

    use super::*;

    fn on(spec: SessionSpec) -> Relay {
        Relay::On { address: address(&spec), spec }
    }

    fn spec(port: u16) -> SessionSpec {
        SessionSpec { through: Through::Builtin, port, deadlines: Deadlines::default() }
    }

    fn through() -> Through {
        let config = ServerConfig::new("a.example:8388".parse().unwrap(), Method::Aes128Gcm, "only a test");
        Through::Server(config.unwrap())
    }

    const SCRIPT: &str = "/a.pac";

    fn aim(port: u16) -> Aim {
        Aim { address: address(&spec(port)), script: None }
    }

    fn address(spec: &SessionSpec) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], spec.port))
    }

    /// Does the effects until there are none left; `fails` says which ones do not work. Checks after each that the
    /// system proxy never points at nothing for longer than a changeover takes.
    fn run(mut world: World, wanted: &Wanted, fails: impl Fn(&Effect) -> bool) -> (Vec<Effect>, World) {
        let mut done = Vec::new();
        while let Some(effect) = next(&world, wanted) {
            let worked = !fails(&effect);
            match &effect {
                Effect::Recover => world.recovered = true,
                Effect::ReleaseProxy => {
                    assert!(matches!(world.proxy, Proxy::Set(_)));
                    world.proxy = if worked { Proxy::Unset } else { Proxy::Failed };
                }
                Effect::StopRelay => {
                    let set = matches!(world.proxy, Proxy::Set(_));
                    assert!(!set || wanted.relay.is_some(), "the proxy points at a relay that ends for good");
                    world.relay = Relay::Off;
                }
                Effect::ChangeWay(spec) => {
                    let Relay::On { address, .. } = world.relay else { panic!("no relay to be led") };
                    world.relay = match worked {
                        true => Relay::On { spec: spec.clone(), address },
                        false => Relay::Failed { spec: spec.clone() },
                    };
                }
                Effect::StartRelay(spec) => {
                    assert!(!matches!(world.relay, Relay::On { .. }), "two relays");
                    world.relay = match worked {
                        true => on(spec.clone()),
                        false => Relay::Failed { spec: spec.clone() },
                    };
                }
                Effect::SetProxy(at) => {
                    let listens = matches!(&world.relay, Relay::On { address, .. } if *address == at.address);
                    assert!(listens, "the proxy is set before the relay listens");
                    world.proxy = if worked { Proxy::Set(at.clone()) } else { Proxy::Failed };
                }
                Effect::LookAtProxy => unreachable!("nothing asks for it"),
            }
            done.push(effect);
            assert!(done.len() < 10, "it never ends: {done:?}");
        }
        (done, world)
    }

    fn worlds() -> Vec<World> {
        let relays = [Relay::Off, on(spec(1)), Relay::Failed { spec: spec(1) }];
        let by_script = Aim { script: Some("/old.pac".to_owned()), ..aim(1) };
        let proxies = [Proxy::Unset, Proxy::Set(aim(1)), Proxy::Set(by_script), Proxy::Failed];
        let mut worlds = Vec::new();
        for relay in &relays {
            for proxy in &proxies {
                for (recovered, script) in [(false, None), (true, None), (true, Some(SCRIPT.to_owned()))] {
                    worlds.push(World { recovered, relay: relay.clone(), proxy: proxy.clone(), script });
                }
            }
        }
        worlds
    }

    fn wishes() -> Vec<Wanted> {
        let mut wishes = Vec::new();
        let elsewhere = SessionSpec { through: through(), ..spec(1) };
        for relay in [None, Some(spec(1)), Some(spec(2)), Some(elsewhere)] {
            for proxy in [ProxyMode::Leave, ProxyMode::Set, ProxyMode::Pac] {
                wishes.push(Wanted { relay: relay.clone(), proxy });
            }
        }
        wishes
    }

    #[test]
    fn from_everywhere_it_gets_to_what_is_wanted_in_a_safe_order() {
        for world in worlds() {
            for wanted in wishes() {
                let (done, end) = run(world.clone(), &wanted, |_| false);
                let told = format!("{world:?} {wanted:?} {done:?}");
                assert!(end.recovered, "{told}");
                let listening = match &end.relay {
                    Relay::On { spec, address } => {
                        assert_eq!(Some(spec), wanted.relay.as_ref(), "{told}");
                        Some(*address)
                    }
                    Relay::Failed { spec } if Some(spec) == wanted.relay.as_ref() => None,
                    Relay::Off | Relay::Failed { .. } => {
                        assert_eq!(wanted.relay, None, "{told}");
                        None
                    }
                };
                let waits = wanted.proxy == ProxyMode::Pac && world.script.is_none();
                match &end.proxy {
                    Proxy::Set(_) if waits => assert_eq!(end.proxy, world.proxy, "{told}"),
                    Proxy::Set(Aim { address, script }) => {
                        let way = if script.is_some() { ProxyMode::Pac } else { ProxyMode::Set };
                        assert_eq!((Some(*address), wanted.proxy), (listening, way), "{told}");
                        assert!(script.is_none() || *script == world.script, "{told}");
                    }
                    Proxy::Unset => assert!(wanted.proxy == ProxyMode::Leave || listening.is_none() || waits, "{told}"),
                    Proxy::Failed => assert_eq!(world.proxy, Proxy::Failed, "{told}"),
                }
            }
        }
    }

    #[test]
    fn whatever_fails_the_proxy_never_ends_pointing_at_nothing() {
        for world in worlds() {
            for wanted in wishes() {
                for failing in 0..4 {
                    let (_, end) = run(world.clone(), &wanted, |effect| match effect {
                        Effect::StartRelay(_) | Effect::ChangeWay(_) => failing & 1 != 0,
                        Effect::SetProxy(_) => failing & 2 != 0,
                        _ => false,
                    });
                    let waits = wanted.proxy == ProxyMode::Pac && world.script.is_none();
                    if let Proxy::Set(at) = end.proxy.clone() {
                        assert!(
                            matches!(end.relay, Relay::On { address, .. } if address == at.address || waits),
                            "{world:?} {wanted:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_the_relay_is_busy_with_the_proxy_goes_first_once_it_is_not_wanted() {
        for world in worlds().into_iter().filter(|world| matches!(world.proxy, Proxy::Set(_))) {
            let off = Wanted { relay: None, proxy: ProxyMode::Set };
            let first = next(&world, &off).expect("there is something to give back");
            assert!(first.gives_back(), "{world:?} {first:?}");
            // As long as a relay is to come, it stays.
            let busy = World { recovered: true, relay: Relay::Off, ..world.clone() };
            assert_eq!(next(&busy, &Wanted { relay: Some(spec(2)), ..off }), Some(Effect::StartRelay(spec(2))));
        }
    }

    #[test]
    fn the_orders_are_these() {
        let off = World { recovered: false, relay: Relay::Off, proxy: Proxy::Unset, script: None };
        let on = |n| Wanted { relay: Some(spec(n)), proxy: ProxyMode::Set };
        let at = aim;

        let (done, world) = run(off, &on(1), |_| false);
        assert_eq!(done, [Effect::Recover, Effect::StartRelay(spec(1)), Effect::SetProxy(at(1))]);

        let (done, world) = run(world, &on(2), |_| false);
        assert_eq!(done, [Effect::StopRelay, Effect::StartRelay(spec(2)), Effect::SetProxy(at(2))]);

        let elsewhere = SessionSpec { through: through(), ..spec(2) };
        let wanted = Wanted { relay: Some(elsewhere.clone()), proxy: ProxyMode::Set };
        let (done, changed) = run(world.clone(), &wanted, |_| false);
        assert_eq!(done, [Effect::ChangeWay(elsewhere.clone())]);
        assert_eq!(changed.proxy, Proxy::Set(at(2)), "what runs on it goes on, and the proxy stays");
        let (done, failed) = run(world.clone(), &wanted, |effect| matches!(effect, Effect::ChangeWay(_)));
        assert_eq!(done, [Effect::ChangeWay(elsewhere.clone()), Effect::ReleaseProxy]);
        assert_eq!((failed.relay, failed.proxy), (Relay::Failed { spec: elsewhere }, Proxy::Unset));

        let (done, failed) = run(world.clone(), &on(1), |effect| matches!(effect, Effect::StartRelay(_)));
        assert_eq!(done, [Effect::StopRelay, Effect::StartRelay(spec(1)), Effect::ReleaseProxy]);
        assert_eq!((failed.relay, failed.proxy), (Relay::Failed { spec: spec(1) }, Proxy::Unset));

        let (done, _) = run(world.clone(), &Wanted { relay: None, ..on(1) }, |_| false);
        assert_eq!(done, [Effect::ReleaseProxy, Effect::StopRelay]);

        let (done, _) = run(world.clone(), &Wanted { proxy: ProxyMode::Leave, ..on(2) }, |_| false);
        assert_eq!(done, [Effect::ReleaseProxy]);

        // By a script: it stays as it is until there is one, and follows each new one.
        let by_script = Wanted { proxy: ProxyMode::Pac, ..on(2) };
        assert_eq!(next(&world, &by_script), None);
        let written = World { script: Some(SCRIPT.to_owned()), ..world };
        let (done, world) = run(written, &by_script, |_| false);
        assert_eq!(done, [Effect::SetProxy(Aim { script: Some(SCRIPT.to_owned()), ..at(2) })]);
        let (done, _) = run(World { script: Some("http://new".to_owned()), ..world }, &by_script, |_| false);
        assert_eq!(done, [Effect::SetProxy(Aim { script: Some("http://new".to_owned()), ..at(2) })]);
    }
}
