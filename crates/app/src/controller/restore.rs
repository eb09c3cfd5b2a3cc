//! The state that was looked at last, and going to it.

use super::Controller;
use super::routing::Texts;
use super::secrets::Wish;
use crate::difference::Difference;
use crate::document::Document;
use crate::restore::{Candidate, Origin, restored};
use crate::state::Event;

/// The state that the user may agree to.
#[derive(Default)]
pub(super) struct Held {
    /// Of the last one that was looked at.
    id: u32,
    document: Option<Document>,
}

impl Controller {
    /// Keeps it for [`crate::Command::Restore`], in place of the one before.
    pub(super) fn hold(&mut self, document: Document, origin: Origin) -> Candidate {
        let id = self.held.id.wrapping_add(1);
        let document = restored(&self.document, document, origin);
        let difference = Difference::between(&self.document, &document);
        self.held = Held { id, document: Some(document) };
        Candidate { id, difference }
    }

    /// The state that was looked at last, if it is this one.
    pub(super) fn held(&self, id: u32) -> Option<Document> {
        self.held.document.as_ref().filter(|_| self.held.id == id).cloned()
    }

    /// Going elsewhere also switches off, if the relay would change over: nobody's traffic goes through a server that
    /// they did not choose.
    pub(super) fn restore(&mut self, id: u32) {
        let Some(document) = self.held.document.take_if(|_| self.held.id == id) else { return };
        let before = self.wanted();
        self.document = document;
        if self.wanted().relay != before.relay {
            self.go_off();
        }
        self.deleted = None;
        self.unseal();
        if self.document.still_sealed() > 0 {
            // It is the user who asked for this state.
            self.wish(Wish::Unlock);
        }
        self.forget_rule_lists();
        self.read_rules(Texts::BOTH);
        self.notices.tell(Event::Restored);
        self.changed();
    }
}
