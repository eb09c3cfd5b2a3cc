//! Looks for the programs behind connections, beside the controller and only while somebody watches connections.

use parasol_platform::ClientPrograms;
use tokio::task::{JoinError, JoinHandle};

use super::Controller;
use crate::connections::{ClientProgram, Programs};
use crate::relay::FlowSummary;

/// What is known, and the look that is under way: one at a time.
#[derive(Debug, Default)]
pub(super) struct ProgramLook {
    pub(super) programs: Programs,
    /// Absent while it looks.
    looker: Option<ClientPrograms>,
    task: Option<JoinHandle<Looked>>,
}

/// What came of a look.
#[derive(Debug)]
pub(super) struct Looked {
    looker: ClientPrograms,
    found: Vec<(u64, Option<ClientProgram>)>,
}

impl ProgramLook {
    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<Looked>> {
        self.task.as_mut()
    }
}

impl Controller {
    /// Has those looked for that nobody has asked for yet. They are told of with the next news.
    pub(super) fn look_for_programs(&mut self, open: &[FlowSummary]) {
        let look = &mut self.program_look;
        if look.task.is_some() {
            return;
        }
        let unasked = look.programs.unasked(self.ledger.run(), open);
        if unasked.is_empty() {
            return;
        }
        let mut looker = look.looker.take().unwrap_or_default();
        look.task = Some(self.tasks.spawn_blocking(move || {
            let (ids, incoming): (Vec<_>, Vec<_>) = unasked.into_iter().unzip();
            let found =
                ids.into_iter().zip(looker.find(&incoming).into_iter().map(|found| found.map(ClientProgram::from)));
            let found = found.collect();
            Looked { looker, found }
        }));
    }

    pub(super) fn looked_for_programs(&mut self, looked: Result<Looked, JoinError>) {
        let look = &mut self.program_look;
        look.task = None;
        match looked {
            Ok(Looked { looker, found }) => {
                look.looker = Some(looker);
                look.programs.learn(found);
            }
            Err(error) => tracing::error!(panic = error.is_panic(), "looking for clients' programs crashed"),
        }
    }
}
