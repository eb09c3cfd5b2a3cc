//! Imports: read and compared beside the task, shown, kept until the user agrees, and then done as they were shown.

use super::Controller;
use crate::export::{self, ExportFormat, Exported};
use crate::import::{self, Given, Import, Verdict};
use crate::preview::ImportPreview;
use crate::profile::Profile;
use crate::state::Event;

/// What an import would do, as it was shown last. A new one takes its place.
pub(super) struct Offered {
    id: u32,
    import: Import,
    shown: Vec<Verdict>,
}

/// One that was read and compared, before the task knows of it.
pub(super) struct Offer {
    import: Import,
    shown: Vec<Verdict>,
    preview: ImportPreview,
}

impl Offer {
    /// Takes its time with much of it.
    pub(super) fn new(given: Given, saved: &[Profile]) -> Offer {
        let import = import::read_given(given);
        let shown = import::plan(&import, saved);
        let preview = ImportPreview::new(&import, &shown);
        Offer { import, shown, preview }
    }
}

impl Controller {
    /// Keeps what it would do, and names it.
    pub(super) fn offer(&mut self, Offer { import, shown, mut preview }: Offer) -> ImportPreview {
        self.last_offer = self.last_offer.wrapping_add(1);
        let id = self.last_offer;
        preview.id = id;
        self.offered = Some(Offered { id, import, shown });
        preview
    }

    pub(super) fn drop_offer(&mut self, id: u32) {
        self.offered.take_if(|offered| offered.id == id);
    }

    /// The profiles of these ids, in the list's order.
    pub(super) fn export(&self, ids: &[String], format: ExportFormat) -> Exported {
        let chosen = self.document.profiles.iter().filter(|profile| ids.contains(&profile.id));
        export::export(chosen, format, self.document.settings.local_port)
    }

    /// Does what was shown under this id, less what is left out and what is not so any more.
    pub(super) fn import(&mut self, id: u32, leave_out: &[u32]) {
        let Some(Offered { import, shown, .. }) = self.offered.take_if(|offered| offered.id == id) else { return };
        let left_out = leave_out.iter().filter_map(|index| usize::try_from(*index).ok()).collect();
        let import::Taken { added, changed } = self.document.take(&import, &shown, &left_out);
        if added + changed == 0 {
            return;
        }
        self.notices.tell(Event::Imported { added, changed });
        self.changed();
    }
}
