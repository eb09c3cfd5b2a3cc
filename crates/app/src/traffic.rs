//! `Traffic`: how much has moved, for thirty days, in bounded memory: in all, by each port and through each profile. What the
//! window gets of it are numbers; where traffic went is not in it.
//!
//! | file | what it knows |
//! |---|---|
//! | `ring` | what moved in each step of time |
//! | `series` | the rings of one thing, from two minutes to thirty days, and its days |
//! | `parts` | a series for each port, or for each profile |
//! | `used` | when something moved through each profile last |
//! | `meter` | what has moved since counters were read before |
//! | `saved`, `file` | the history as it is kept over restarts |

mod file;
mod meter;
mod parts;
mod ring;
mod saved;
mod series;
mod used;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::file::TrafficFile;
pub use self::meter::{Meter, Passed};
pub use self::parts::Label;
pub use self::used::ProfileUse;

use self::parts::Parts;
use self::series::Series;
use self::used::LastUsed;
use crate::sample::PortSample;
use crate::today::LocalDay;

/// How far back to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TrafficRange {
    /// Two minutes, by seconds.
    Minutes,
    /// An hour, by ten seconds.
    Hour,
    /// 24 hours, by five minutes.
    Day,
    /// Thirty days, by two hours.
    Month,
}

/// Bytes each way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    /// From the programs to the internet.
    #[ts(type = "number")]
    pub up: u64,
    /// From the internet to the programs.
    #[ts(type = "number")]
    pub down: u64,
}

/// What moved in one step of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrafficStep {
    /// When the step began, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Bytes up.
    #[ts(type = "number")]
    pub up: u64,
    /// Bytes down.
    #[ts(type = "number")]
    pub down: u64,
}

/// The traffic of all, of one port, or of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrafficPart {
    /// The port's or the profile's id; empty for all.
    pub id: String,
    /// What it is called, or was when it was last used; may be empty.
    pub name: String,
    /// Where a port listens.
    pub port: Option<u16>,
    /// It has been deleted since.
    pub gone: bool,
    /// The steps in which anything moved, oldest first.
    pub steps: Vec<TrafficStep>,
    /// Since midnight, local time.
    pub today: Amount,
    /// Since the first of the month.
    pub month: Amount,
}

/// The traffic of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrafficSeen {
    /// Now, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// How long a step is. They begin at whole multiples of it.
    #[ts(type = "number")]
    pub step_ms: u64,
    /// How many steps there are up to the one of now.
    #[ts(type = "number")]
    pub steps: u64,
    /// All of it.
    pub total: TrafficPart,
    /// By each port, those that are gone last.
    pub ports: Vec<TrafficPart>,
    /// Through each profile, likewise.
    pub profiles: Vec<TrafficPart>,
}

/// The sums, and what each port carries now.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Since midnight, local time.
    pub today: Amount,
    /// Since the first of the month.
    pub month: Amount,
    /// Each port that is listened on.
    pub ports: Vec<PortSample>,
}

/// When something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Not before this, in milliseconds since 1970.
    pub from_ms: u64,
    /// Not after this.
    pub to_ms: u64,
    /// The local day of the end.
    pub day: LocalDay,
}

/// What moved on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The port.
    pub port: Label,
    /// The profile that what did not go directly went through, where that is known.
    pub profile: Option<Label>,
    /// How much, all in all.
    pub amount: Amount,
    /// How much of it did not go directly.
    pub proxied: Amount,
}

/// The history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traffic {
    total: Series,
    ports: Parts,
    profiles: Parts,
    used: LastUsed,
}

impl Traffic {
    /// Takes note of what moved.
    pub fn add(&mut self, when: Interval, moved: &[Moved]) {
        for Moved { port, profile, amount, proxied } in moved.iter().filter(|moved| !moved.amount.is_nothing()) {
            self.total.add(when, *amount);
            self.ports.of(port, when).add(when, *amount);
            if let Some(profile) = profile.as_ref().filter(|_| !proxied.is_nothing()) {
                self.profiles.of(profile, when).add(when, *proxied);
                self.used.note(&profile.id, when.to_ms);
            }
        }
    }

    /// Lets go of the ports and profiles that are not there any more, once nothing of them is shown: their names are nobody's
    /// business then. All of it stays counted in the total.
    pub fn forget(&mut self, day: LocalDay, ports: &[Label], profiles: &[Label]) {
        self.ports.forget(day, ports);
        self.profiles.forget(day, profiles);
        self.used.forget(day, profiles);
    }

    /// What has moved on this day, and in its month.
    #[must_use]
    pub fn sums(&self, day: LocalDay) -> (Amount, Amount) {
        (self.total.today(day).bounded(), self.total.month(day).bounded())
    }

    /// What is shown of it now. `ports` and `profiles` are those that there are, in their order.
    #[must_use]
    pub fn seen(
        &self,
        range: TrafficRange,
        at_ms: u64,
        day: LocalDay,
        ports: &[Label],
        profiles: &[Label],
    ) -> TrafficSeen {
        let (step_ms, steps) = Series::steps(range);
        let look = |label: &Label, gone: bool, series: &Series| TrafficPart {
            id: label.id.clone(),
            name: label.name.clone(),
            port: label.port,
            gone,
            steps: series.shown(range, at_ms),
            today: series.today(day).bounded(),
            month: series.month(day).bounded(),
        };
        TrafficSeen {
            at_ms,
            step_ms,
            steps,
            total: look(&Label::default(), false, &self.total),
            ports: self.ports.seen(ports, look),
            profiles: self.profiles.seen(profiles, look),
        }
    }

    /// What has gone through those of `profiles` that were used, and when; in no order.
    #[must_use]
    pub fn uses(&self, day: LocalDay, profiles: &[Label]) -> Vec<ProfileUse> {
        let amounts = |series: &Series| (series.today(day).bounded(), series.month(day).bounded());
        let of = |(id, last_ms): &(String, u64)| {
            let (today, month) = self.profiles.get(id).map(amounts).unwrap_or_default();
            ProfileUse { id: id.clone(), today, month, last_ms: *last_ms }
        };
        // There may be thousands of profiles, and few are used.
        let there: HashSet<&str> = profiles.iter().map(|label| label.id.as_str()).collect();
        self.used.all().iter().filter(|(id, _)| there.contains(id.as_str())).map(of).collect()
    }
}

impl TrafficPart {
    fn is_nothing(&self) -> bool {
        self.steps.is_empty() && self.month.is_nothing() && self.today.is_nothing()
    }
}

impl Amount {
    /// More than that a window cannot count to.
    const MOST: u64 = (1 << 53) - 1;

    fn is_nothing(self) -> bool {
        self == Amount::default()
    }

    fn plus(self, other: Amount) -> Amount {
        Amount { up: self.up.saturating_add(other.up), down: self.down.saturating_add(other.down) }
    }

    fn minus(self, other: Amount) -> Amount {
        Amount { up: self.up.saturating_sub(other.up), down: self.down.saturating_sub(other.down) }
    }

    /// As much of it as `some` is of `all`.
    fn share(self, some: u64, all: u64) -> Amount {
        let of = |bytes: u64| {
            let part = (u128::from(bytes) * u128::from(some)).checked_div(u128::from(all));
            part.map_or(bytes, |part| u64::try_from(part).unwrap_or(u64::MAX))
        };
        Amount { up: of(self.up), down: of(self.down) }
    }

    fn bounded(self) -> Amount {
        Amount { up: self.up.min(Amount::MOST), down: self.down.min(Amount::MOST) }
    }
}
