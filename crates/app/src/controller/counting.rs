//! Counting: the traffic of the relay that runs, on its way into the history, and the history on its way to the disk.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use tokio::task::{JoinError, JoinHandle};

use super::running::Counters;
use super::{Controller, RelayNow};
use crate::millis::{millis, whole_ms};
use crate::port::FIRST_PORT;
use crate::profile::Profile;
use crate::state::Event;
use crate::store::Store;
use crate::today::LocalDay;
use crate::traffic::{
    Amount, Interval, Label, Meter, Moved, Passed, ProfileUse, Traffic, TrafficFile, TrafficRange, TrafficSeen,
};

/// How much may be lost when this program dies without a word.
const WRITE_EACH: Duration = Duration::from_secs(300);
/// What moved in a longer time, because the machine hung, is taken to have moved at its end.
const LONGEST: Duration = Duration::from_secs(60);

pub(super) struct Counting {
    traffic: Traffic,
    file: TrafficFile,
    meter: Meter,
    /// When the counters were read last.
    read: Option<Instant>,
    /// The ports of the relay by what the engine knows them by, each with the profile that it goes through.
    carried: Vec<(Label, Option<Label>)>,
    /// Likewise those that are not to be there any more: what they move until they are closed is theirs.
    left: Vec<(Label, Option<Label>)>,
    unsaved: bool,
    /// When to write what is unsaved.
    due: Option<Instant>,
    writing: Option<JoinHandle<io::Result<()>>>,
}

impl Counting {
    /// Reads what was counted before; with what the user is to be told of that. Blocks.
    pub(super) fn open(store: &Store, dir: &Path) -> (Counting, Option<Event>) {
        let (file, traffic, event) = TrafficFile::open(dir, !store.held_by_another());
        let counting = Counting {
            traffic,
            file,
            meter: Meter::default(),
            read: None,
            carried: Vec::new(),
            left: Vec::new(),
            unsaved: false,
            due: None,
            writing: None,
        };
        (counting, event)
    }

    /// A relay begins, whose counters start at nothing.
    pub(super) fn begin(&mut self, now: Instant) {
        self.meter.begin();
        self.left.clear();
        self.read = Some(now);
    }

    /// Takes note of what these counters say.
    pub(super) fn count(&mut self, Counters { closed, open }: &Counters, now: Instant, wall: SystemTime) {
        let elapsed = self.read.map_or(Duration::ZERO, |read| now.saturating_duration_since(read));
        self.read = Some(now);
        let to_ms = millis(wall);
        let spread = if elapsed > LONGEST { 0 } else { whole_ms(elapsed) };
        let when = Interval { from_ms: to_ms.saturating_sub(spread), to_ms, day: LocalDay::of(wall) };
        let mut read = self.meter.closed(closed);
        read.extend(self.meter.read(open));
        let moved = read.into_iter().filter(|(_, passed)| passed.all != Amount::default());
        let moved: Vec<Moved> = moved
            .map(|(port, Passed { all, proxied })| {
                let known = self.carried.iter().chain(&self.left).find(|(label, _)| label.id == port.name);
                let (port, profile) =
                    known.cloned().unwrap_or_else(|| (Label::new(&port.name, "", Some(port.listen.port())), None));
                Moved { port, profile, amount: all, proxied }
            })
            .collect();
        self.left.retain(|(label, _)| !closed.iter().any(|port| port.name == label.id));
        if !moved.is_empty() {
            self.traffic.add(when, &moved);
            self.unsaved = true;
            self.due.get_or_insert(now + WRITE_EACH);
        }
    }

    /// What has moved on this day, and in its month.
    pub(super) fn sums(&self, day: LocalDay) -> (Amount, Amount) {
        self.traffic.sums(day)
    }

    /// The relay has ended: what it moved is to be on the disk soon.
    pub(super) fn ended(&mut self, now: Instant) {
        self.due = Some(now);
    }

    pub(super) fn task(&mut self) -> Option<&mut JoinHandle<io::Result<()>>> {
        self.writing.as_mut()
    }

    pub(super) fn written(&mut self, written: Result<io::Result<()>, JoinError>) {
        self.writing = None;
        if let Err(error) = written.map_err(io::Error::other).flatten() {
            // Nothing that anybody has to be told of now: the next time may do.
            tracing::warn!(%error, "the history of the traffic was not written");
            self.unsaved = true;
            self.due = Some(Instant::now() + WRITE_EACH);
        }
    }
}

impl Controller {
    /// Reads the counters into the history.
    pub(super) fn count(&mut self) {
        if let RelayNow::On(running) = &self.relay {
            self.counting.count(&running.counters(), Instant::now(), SystemTime::now());
        }
    }

    /// What moves from now on goes through the profiles of now. To be called while the relay is as it is wanted.
    pub(super) fn carry_on(&mut self) {
        let RelayNow::On(running) = &self.relay else { return };
        let first = Label::new(FIRST_PORT, FIRST_PORT, Some(running.address.port()));
        let carried = self.carried(first);
        if carried != self.counting.carried {
            // What was moved so far went as before.
            self.count();
            let counting = &mut self.counting;
            let before = std::mem::replace(&mut counting.carried, carried);
            let is_there = |id: &str| counting.carried.iter().any(|(label, _)| label.id == id);
            counting.left.retain(|(label, _)| !is_there(&label.id));
            counting.left.extend(before.into_iter().filter(|(label, _)| !is_there(&label.id)));
        }
    }

    fn carried(&self, first: Label) -> Vec<(Label, Option<Label>)> {
        // This stays in the file when the profile is gone. The server's address, which stands for a name that it does not
        // have, is for those that are there alone.
        let of = |profile: &Profile| Label::new(&profile.id, &profile.name, None);
        let active = self.document.active_profile().map(of);
        let beside = self.document.ports.iter().map(|port| {
            let own = port.profile.as_deref().map(|own| self.document.profile(own).map(of));
            (Label::new(&port.id, &port.name, Some(port.port)), own.unwrap_or_else(|| active.clone()))
        });
        std::iter::once((first, active.clone())).chain(beside).collect()
    }

    /// Writes the history if that is due and not being done.
    pub(super) fn keep_traffic(&mut self) {
        let counting = &self.counting;
        let due = counting.due.is_some_and(|due| due <= Instant::now());
        if !due || !counting.unsaved || counting.writing.is_some() {
            return;
        }
        let (ports, profiles) = self.labels();
        let counting = &mut self.counting;
        counting.traffic.forget(LocalDay::of(SystemTime::now()), &ports, &profiles);
        counting.unsaved = false;
        counting.due = None;
        let (file, traffic) = (counting.file.clone(), counting.traffic.clone());
        counting.writing = Some(self.tasks.spawn_blocking(move || file.write(&traffic)));
    }

    /// What is shown of the history now.
    pub(super) fn traffic_seen(&mut self, range: TrafficRange) -> TrafficSeen {
        self.count();
        let now = SystemTime::now();
        let (ports, profiles) = self.labels();
        self.counting.traffic.seen(range, millis(now), LocalDay::of(now), &ports, &profiles)
    }

    /// What has gone through each profile that was used, and when.
    pub(super) fn profile_uses(&mut self) -> Vec<ProfileUse> {
        self.count();
        let (_, profiles) = self.labels();
        self.counting.traffic.uses(LocalDay::of(SystemTime::now()), &profiles)
    }

    /// The ports and profiles that there are, as they are shown.
    fn labels(&self) -> (Vec<Label>, Vec<Label>) {
        let port = match &self.relay {
            RelayNow::On(running) => running.address.port(),
            _ => self.document.settings.local_port,
        };
        let first = Label::new(FIRST_PORT, FIRST_PORT, Some(port));
        let ports: Vec<Label> = self.carried(first).into_iter().map(|(port, _)| port).collect();
        let profile = |profile: &Profile| Label::new(&profile.id, &profile.title(), None);
        (ports, self.document.profiles.iter().map(profile).collect())
    }
}
