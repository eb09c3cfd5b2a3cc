//! `Notices`: what the user is to be told once.

use crate::state::{Event, Notice};

/// The notices that nobody has dismissed yet, oldest first.
#[derive(Debug, Default)]
pub(super) struct Notices {
    notices: Vec<Notice>,
    last_id: u32,
}

impl Notices {
    /// Says something. What is said again stands there once, as the newest.
    pub(super) fn tell(&mut self, event: Event) {
        self.notices.retain(|notice| notice.event != event);
        self.last_id = self.last_id.wrapping_add(1);
        self.notices.push(Notice { id: self.last_id, event });
    }

    pub(super) fn dismiss(&mut self, id: u32) {
        self.notices.retain(|notice| notice.id != id);
    }

    /// Everything is on the disk: that something was not is no longer true.
    pub(super) fn saved(&mut self) {
        self.notices.retain(|notice| !matches!(notice.event, Event::NotSaved { .. }));
    }

    /// The last change is not on the disk; one notice for however many.
    pub(super) fn not_saved(&mut self, cause: String) {
        self.saved();
        self.tell(Event::NotSaved { cause });
    }

    /// Nothing is off any more.
    pub(super) fn switched_on(&mut self) {
        self.notices.retain(|notice| notice.event != Event::WentOff);
    }

    pub(super) fn all(&self) -> Vec<Notice> {
        self.notices.clone()
    }
}
