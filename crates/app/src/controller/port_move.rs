//! Another port for the relay that runs: it is looked at before anything is stopped, so that a port that cannot be had
//! costs nobody the network.

use tokio::task::{JoinError, JoinHandle};

use super::{Controller, RelayNow};
use crate::port::own_address;
use crate::problem::Problem;
use crate::relay;

/// A port that is being looked at.
pub(super) struct PortMove {
    port: u16,
    probing: JoinHandle<Result<(), Problem>>,
}

impl PortMove {
    pub(super) fn task(&mut self) -> &mut JoinHandle<Result<(), Problem>> {
        &mut self.probing
    }
}

impl Controller {
    /// Listens on `port` from now on; while the relay runs, only if it can be had.
    pub(super) fn move_to_port(&mut self, port: u16) {
        self.port_move = None;
        self.port_refused = None;
        if port == 0 || port == self.document.settings.local_port {
            return;
        }
        if let Some(other) = self.document.ports.iter().find(|other| other.port == port) {
            self.port_refused = Some(Problem::PortUsedTwice { port, name: other.name.clone() });
            return;
        }
        let idle = matches!(self.relay, RelayNow::Off | RelayNow::Failed { .. });
        // Where it has just been it may still be: nobody else is in the way there.
        if idle || self.good_port == Some(port) {
            return self.listen_on(port);
        }
        // Blocks for some milliseconds.
        let others = self.document.ports.iter().map(|other| other.port).collect();
        let probing = self.tasks.spawn_blocking(move || relay::probe(own_address(port), others));
        self.port_move = Some(PortMove { port, probing });
    }

    /// What was found out about the port that was asked for last.
    pub(super) fn port_probed(&mut self, probed: Result<Result<(), Problem>, JoinError>) {
        let Some(PortMove { port, .. }) = self.port_move.take() else { return };
        match probed.unwrap_or(Err(Problem::Crashed)) {
            Err(problem) if self.wanted_on => self.port_refused = Some(problem),
            Ok(()) | Err(_) => self.listen_on(port),
        }
    }

    /// The relay could not be started again, because its new port was taken in the moment since it was looked at: it
    /// goes back to where it was. True if there is such a place.
    pub(super) fn back_to_the_good_port(&mut self, tried: u16, problem: &Problem) -> bool {
        let in_the_way =
            matches!(problem, Problem::PortTaken { .. } | Problem::PortReserved { .. } | Problem::BindFailed { .. });
        let Some(good) = self.good_port.filter(|good| in_the_way && *good != tried) else { return false };
        self.port_refused = Some(problem.clone());
        self.listen_on(good);
        true
    }

    fn listen_on(&mut self, port: u16) {
        self.document.settings.local_port = port;
        self.changed();
    }
}
