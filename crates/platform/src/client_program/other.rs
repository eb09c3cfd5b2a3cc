use super::{ClientProgram, Incoming};

#[derive(Debug, Default)]
pub(super) struct Looker;

impl Looker {
    pub(super) fn find(&mut self, incoming: &[Incoming]) -> Vec<Option<ClientProgram>> {
        vec![None; incoming.len()]
    }
}
