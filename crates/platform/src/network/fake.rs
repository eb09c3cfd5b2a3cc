use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::{Facts, Senses, Stirred};

/// A network that does what a test says. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct FakeNetwork(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// With how often it was looked.
    facts: Mutex<(Facts, usize)>,
    stirred: Notify,
}

impl FakeNetwork {
    /// Changes what is so, without a word.
    pub fn change(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.0.facts.lock().unwrap_or_else(PoisonError::into_inner).0);
    }

    /// Says that something may have changed.
    pub fn stir(&self) {
        self.0.stirred.notify_one();
    }

    /// How often it was looked.
    #[must_use]
    pub fn looks(&self) -> usize {
        self.0.facts.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

impl Senses for FakeNetwork {
    fn look(&self) -> Facts {
        let mut facts = self.0.facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts.1 += 1;
        facts.0.clone()
    }

    fn stirred(&self) -> Stirred<'_> {
        Box::pin(self.0.stirred.notified())
    }
}
