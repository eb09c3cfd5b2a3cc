//! The history as it is saved: JSON, with `[step, up, down]` for each step in which anything moved.

use serde::{Deserialize, Serialize};

use super::parts::{Label, Parts};
use super::ring::{Ring, Slot};
use super::series::Series;
use super::used::LastUsed;
use super::{Amount, Traffic};

/// What this program writes, and the newest that it reads.
const VERSION: u64 = 1;

/// What a file holds.
pub(super) enum Parsed {
    Good(Box<Traffic>),
    /// A newer Parasol wrote it.
    Newer,
    Unreadable,
}

#[derive(Deserialize)]
struct Head {
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u64,
    total: SavedSeries,
    #[serde(default)]
    ports: Vec<SavedPart>,
    #[serde(default)]
    profiles: Vec<SavedPart>,
    /// When each profile was used last, in milliseconds since 1970.
    #[serde(default)]
    used: Vec<(String, u64)>,
}

#[derive(Serialize, Deserialize)]
struct SavedPart {
    #[serde(flatten)]
    label: Label,
    series: SavedSeries,
}

#[derive(Serialize, Deserialize)]
struct SavedSeries {
    #[serde(default)]
    hour: Vec<SavedSlot>,
    #[serde(default)]
    day: Vec<SavedSlot>,
    #[serde(default)]
    month: Vec<SavedSlot>,
    #[serde(default)]
    days: Vec<SavedSlot>,
}

type SavedSlot = (u64, u64, u64);

impl Traffic {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let parts = |parts: &Parts| parts.iter().map(|(label, series)| saved_part(label, series)).collect();
        let saved = Saved {
            version: VERSION,
            total: saved(&self.total),
            ports: parts(&self.ports),
            profiles: parts(&self.profiles),
            used: self.used.all().to_vec(),
        };
        serde_json::to_vec(&saved).expect("texts and numbers can be written as JSON")
    }

    /// Steps may be in any order, repeat, or be of any time at all: what there is too much of is let go as if it had been
    /// counted in that order.
    pub(super) fn parse(bytes: &[u8]) -> Parsed {
        match serde_json::from_slice(bytes) {
            Ok(Head { version: VERSION }) => {}
            Ok(Head { version }) if version > VERSION => return Parsed::Newer,
            _ => return Parsed::Unreadable,
        }
        let Ok(Saved { total, ports, profiles, used, .. }) = serde_json::from_slice(bytes) else {
            return Parsed::Unreadable;
        };
        let parts = |all: Vec<SavedPart>| Parts::fill(all.into_iter().map(|part| (part.label, read(part.series))));
        let (total, ports, profiles) = (read(total), parts(ports), parts(profiles));
        Parsed::Good(Box::new(Traffic { total, ports, profiles, used: LastUsed::fill(used) }))
    }
}

fn saved_part(label: &Label, series: &Series) -> SavedPart {
    SavedPart { label: label.clone(), series: saved(series) }
}

fn saved(series: &Series) -> SavedSeries {
    let slots = |ring: &Ring| ring.slots().iter().map(|(number, moved)| (*number, moved.up, moved.down)).collect();
    SavedSeries {
        hour: slots(&series.hour),
        day: slots(&series.day),
        month: slots(&series.month),
        days: slots(&series.days),
    }
}

fn read(saved: SavedSeries) -> Series {
    let mut series = Series::default();
    fill(&mut series.hour, saved.hour);
    fill(&mut series.day, saved.day);
    fill(&mut series.month, saved.month);
    fill(&mut series.days, saved.days);
    series
}

fn fill(ring: &mut Ring, slots: Vec<SavedSlot>) {
    let mut slots: Vec<Slot> = slots.into_iter().map(|(number, up, down)| (number, Amount { up, down })).collect();
    slots.sort_by_key(|(number, _)| *number);
    for (number, moved) in slots {
        // A number that no time has would overflow where it becomes one.
        if ring.has(number) {
            ring.put(number, moved, number);
        }
    }
}
