//! `Builtin`: the Shadowsocks server inside this program, on loopback with a key of its own for each start. It makes
//! "try it now" real traffic through a real server, without an account and without a network.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parasol_platform::network::Change;
use parasol_proto::{Access, Address, Key, Method, ServerConfig};
use zeroize::Zeroizing;

use crate::problem::Problem;
use crate::relay::{Deadlines, Egress, NameServers, Relay, RelaySpec, StatCallback};
use crate::timeouts;

/// The built-in server's method.
pub const METHOD: Method = Method::Blake3Aes256Gcm;

/// The built-in server, running.
#[derive(Debug)]
pub struct Builtin {
    relay: Relay,
    config: ServerConfig,
}

impl Builtin {
    /// Starts it on any free port of 127.0.0.1 with a random key. Only this machine reaches it, and only with the key
    /// that [`Builtin::config`] holds; whatever `egress` lets it may be dialled by whoever is led to it.
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub fn start(egress: Egress, name_servers: NameServers, stats: Arc<dyn StatCallback>) -> Result<Builtin, Problem> {
        let password = random_password(METHOD)?;
        let access = Access::new(METHOD, &password).expect("base64 of the method's key length is a key");
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let spec = RelaySpec::server(listen, access, egress).named("built-in server");
        let relay = Relay::start(spec.name_servers(name_servers).deadlines(patient()), stats)?;
        let bound = relay.bound().first().expect("a relay that started listens on each of its ports").listen;
        let config = ServerConfig::new(Address::from(bound), METHOD, &password).expect("it was a key just now");
        Ok(Builtin { relay, config })
    }

    /// How to reach it.
    #[must_use]
    pub fn config(&self) -> &ServerConfig {
        &self.config
    }

    /// As [`Relay::network_changed`].
    pub fn network_changed(&self, change: &Change) {
        self.relay.network_changed(change);
    }

    /// Ends it, as [`Relay::stop`].
    pub async fn stop(self) {
        self.relay.stop().await;
    }
}

/// A password that is a strong key for `method`, of either family.
///
/// # Errors
/// When the system has no random bytes to give.
pub fn random_password(method: Method) -> Result<Zeroizing<String>, Problem> {
    let mut random = Zeroizing::new(vec![0; method.key_len()]);
    getrandom::fill(&mut random)
        .map_err(|_| Problem::EngineFailed { cause: "the system gives no random bytes".into() })?;
    Ok(Zeroizing::new(Key::password_from_random(&random)))
}

/// Whoever comes to it decides how long silence may last, and not this end of the same way.
fn patient() -> Deadlines {
    let longest = Duration::from_secs(u64::from(timeouts::MAX));
    Deadlines { idle: longest, half_closed: longest, ..Deadlines::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_start_listens_on_loopback_with_a_key_of_its_own() {
        let start = || Builtin::start(Egress::Any, NameServers::System, Arc::new(())).expect("loopback has free ports");
        let (one, two) = (start(), start());
        for server in [&one, &two] {
            let Address::Ip(at) = server.config().address() else { panic!("it has an IP") };
            assert!(at.ip().is_loopback(), "{at}");
            assert_eq!(server.relay.bound()[0].listen, *at, "and nowhere else");
        }
        assert_ne!(one.config().key(), two.config().key());
        one.stop().await;
        two.stop().await;
    }
}
