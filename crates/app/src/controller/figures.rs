//! What a terminal is told of the traffic.

use std::time::SystemTime;

use super::Controller;
use crate::today::LocalDay;
use crate::traffic::Figures;

impl Controller {
    /// As of now. Rates are over the time since the counters were read before: a second while somebody watches, and at most
    /// ten else.
    pub(super) fn figures(&mut self) -> Figures {
        self.read_counters();
        let day = LocalDay::of(SystemTime::now());
        let (today, month) = self.counting.sums(day);
        Figures { today, month, ports: self.sample_now().ports }
    }
}
