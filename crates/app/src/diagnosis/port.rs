//! Our port: whether it answers as ours does, or who has it instead.

use std::net::SocketAddr;

use super::course::Found;
use super::exchange;
use super::subject::{PortNow, PortSubject};
use super::told::DiagnosisReason;
use crate::problem::Problem;
use crate::relay;

pub(super) async fn port(port: &PortSubject) -> Found {
    let first = match &port.now {
        PortNow::Changing => Found::skipped(DiagnosisReason::Changing),
        PortNow::Failed(problem) => return Found::problem(problem.clone()),
        PortNow::Off => match free(port.address).await {
            Ok(()) => Found::passed(),
            Err(problem) => return Found::problem(problem),
        },
        PortNow::On { .. } if exchange::greets(port.address).await => Found::passed(),
        PortNow::On { .. } => return Found::failed(DiagnosisReason::PortSilent, super::Action::TryAgain),
    };
    match port.refused.iter().chain(&port.others).next() {
        Some(problem) => Found::problem(problem.clone()),
        None => first,
    }
}

/// Whether it could be listened on now. Who has it instead is looked for in the system's tables, which blocks.
async fn free(address: SocketAddr) -> Result<(), Problem> {
    // Any free one will do.
    if address.port() == 0 {
        return Ok(());
    }
    tokio::task::spawn_blocking(move || relay::probe(address, Vec::new())).await.unwrap_or(Err(Problem::Crashed))
}
