//! Who is asked for the names of what goes through a server: that server, and nobody on this side.
//!
//! ```text
//! client ─ name ─► a local of our own ─ name ─► a server of our own
//!                        │ must not                    │ must
//!                        ▼                             ▼
//!                  its name server               its name server
//! ```
//! Both name servers are ours and answer nothing: who was asked is all that counts. A program that looks a name up by
//! itself before it comes to us cannot be seen from here.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::{Access, Address, ServerConfig};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::course::Found;
use super::exchange::ask_for_name;
use super::told::DiagnosisReason;
use crate::builtin::{METHOD, random_password};
use crate::problem::Problem;
use crate::relay::{Egress, NameServers, Relay, RelaySpec};
use crate::state::RoutingMode;

/// Which side was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Here,
    There,
}

/// Far more than it takes, and less than a step may.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) async fn names(mode: RoutingMode) -> Found {
    if mode == RoutingMode::Direct {
        return Found::skipped(DiagnosisReason::AllDirect);
    }
    match asked().await {
        Ok(Some(Asked::There)) => Found::passed(),
        Ok(Some(Asked::Here)) => Found::failed(DiagnosisReason::NamesAskedHere, None),
        Ok(None) => Found::skipped(DiagnosisReason::NamesNotAsked),
        Err(problem) => Found::problem(problem),
    }
}

/// `None` when nobody was in time.
async fn asked() -> Result<Option<Asked>, Problem> {
    let failed = |error: io::Error| Problem::EngineFailed { cause: error.to_string() };
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let here = UdpSocket::bind(any).await.map_err(failed)?;
    let there = UdpSocket::bind(any).await.map_err(failed)?;
    let (near, far) = (relay(&here).await?, relay(&there).await?);
    let password = random_password(METHOD)?;
    let access = Access::new(METHOD, &password).expect("it was made for the method");
    let server = far.add(&RelaySpec::server(any, access, Egress::Any))?;
    let config = ServerConfig::new(Address::from(server), METHOD, &password).expect("it was made for the method");
    let local = near.add(&RelaySpec::local(any, config))?;

    let (label, name) = name()?;
    // Whoever asks here does so before going there.
    let heard = async {
        tokio::select! {
            biased;
            () = hears(&here, &label) => Asked::Here,
            () = hears(&there, &label) => Asked::There,
        }
    };
    let asked = heard_while(ask_for_name(local, &name), heard).await;
    near.stop().await;
    far.stop().await;
    Ok(asked)
}

/// What is heard while somebody asks, who may hang as well.
async fn heard_while<S>(asking: impl Future<Output = S>, heard: impl Future<Output = Asked>) -> Option<Asked> {
    let asking = async {
        // Open for as long as it is listened.
        let _stream = asking.await;
        std::future::pending::<Infallible>().await
    };
    let either = async {
        tokio::select! {
            asked = heard => asked,
            never = asking => match never {},
        }
    };
    timeout(PATIENCE, either).await.ok()
}

/// One that asks this name server.
async fn relay(name_server: &UdpSocket) -> Result<Relay, Problem> {
    let address = name_server.local_addr().map_err(|error| Problem::EngineFailed { cause: error.to_string() })?;
    let spec = RelaySpec::nothing().threads(1).name_servers(NameServers::These(vec![address]));
    // Blocks for some milliseconds.
    let start = tokio::task::spawn_blocking(move || Relay::start(spec, Arc::new(())));
    start.await.map_err(|_| Problem::Crashed)?
}

/// A name that nobody has, with the part of it that nobody else asks for.
fn name() -> Result<(String, String), Problem> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)
        .map_err(|_| Problem::EngineFailed { cause: "the system gives no random bytes".into() })?;
    let label = format!("parasol{}", random.map(|byte| format!("{byte:02x}")).concat());
    let name = format!("{label}.test");
    Ok((label, name))
}

/// Returns when it is asked for a name with this label.
async fn hears(name_server: &UdpSocket, label: &str) {
    let mut buffer = [0; 512];
    loop {
        let Ok(len) = name_server.recv(&mut buffer).await else { continue };
        let asked = buffer[..len].to_ascii_lowercase();
        if asked.windows(label.len()).any(|part| part == label.as_bytes()) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_asks_or_is_to_be_asked_and_hangs_is_not_waited_for_longer_than_that() {
        let begun = Instant::now();
        assert_eq!(heard_while(pending::<()>(), ready(Asked::There)).await, Some(Asked::There));
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert_eq!(heard_while(pending::<()>(), pending()).await, None);
        assert_eq!(heard_while(ready(()), pending()).await, None);
        assert_eq!(begun.elapsed().as_secs(), 2 * PATIENCE.as_secs());
    }
}
