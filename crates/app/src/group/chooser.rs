//! `Chooser`: which member of a group is to be used, from what is known of each. No clock and no chance of its own: both
//! are arguments.
//!
//! ```text
//! a member    Unknown ──worked──► Good ──failed──► Bad ──worked──► Good
//! ```
//! A member that is bad is left at once, for the best one that is not; if there is none, it is kept. One that is good is
//! left for a better one only after the dwell time. Whichever member was left is not come back to before the dwell time
//! has passed, whatever happens: so no two members are ever changed between faster than that.

use std::time::Duration;

use super::Policy;

#[cfg(test)]
mod tests;

/// A moment, as the time since some fixed one.
pub type Moment = Duration;

/// Chooses among the members of one group.
#[derive(Debug, Clone)]
pub struct Chooser {
    rules: Rules,
    members: Vec<Member>,
    current: Option<String>,
    /// When the current member took over.
    since: Moment,
}

/// By what is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The policy.
    pub policy: Policy,
    /// The member for [`Policy::Fixed`].
    pub fixed: Option<String>,
    /// How long a member is used at least before a better one takes its place.
    pub dwell: Duration,
    /// How old what is known of a member may be before it is probed.
    pub every: Duration,
}

/// What is known of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its profile.
    pub id: String,
    /// It can be run at all, as far as its profile says.
    pub usable: bool,
    /// How it is.
    pub health: Health,
    /// From the request to the first byte, when it was last probed.
    pub latency: Option<Duration>,
    /// Failures on end.
    failures: u32,
    /// Something failed that may be its fault.
    suspect: bool,
    /// When something was heard of it last.
    heard: Option<Moment>,
    /// When another one took its place.
    left: Option<Moment>,
    /// When it was probed last.
    asked: Option<Moment>,
    /// A probe is under way.
    probed: bool,
}

/// How a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nothing is known.
    Unknown,
    /// It works.
    Good,
    /// It does not.
    Bad,
}

/// What was seen of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Traffic came back through it.
    Worked,
    /// A probe came back through it, its first byte after so long.
    Answered(Duration),
    /// Traffic failed at the server itself.
    Failed,
    /// Traffic failed, and whether at the server or behind it is not known.
    Doubtful,
    /// A probe failed, or the member cannot be run.
    Dead,
}

/// A change of the member that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which one it is now.
    pub to: String,
    /// Which one it was.
    pub from: Option<String>,
    /// Why.
    pub why: Why,
}

/// Why the member that is used has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The group has just been chosen or switched on.
    Begun,
    /// The one before is no member any more, or cannot be run.
    Gone,
    /// It is the one that the user says.
    Fixed,
    /// The one before does not work.
    Failed,
    /// It works again, and it is preferred.
    Returned,
    /// Its first byte comes sooner: after so long, in place of so long.
    Faster(Duration, Duration),
}

/// So many failures of traffic on end are no accident.
const ENOUGH: u32 = 2;
/// So much sooner than usual is it probed of which something is to be known soon.
const SOON: u32 = 10;
/// Less is not worth a change: a fifth, and at least so much.
const MARGIN: (u32, Duration) = (5, Duration::from_millis(20));

impl Chooser {
    /// Knows nothing yet and has no member.
    #[must_use]
    pub fn new(rules: Rules) -> Chooser {
        Chooser { rules, members: Vec::new(), current: None, since: Moment::ZERO }
    }

    /// These are the members from now on, with whether each can be run; what is known of those that stay, stays.
    pub fn set(&mut self, rules: Rules, members: impl IntoIterator<Item = (String, bool)>) {
        let mut known = std::mem::take(&mut self.members);
        let members = members.into_iter().map(|(id, usable)| {
            let at = known.iter().position(|member| member.id == id);
            let member = at.map_or_else(|| Member::new(id), |at| known.swap_remove(at));
            Member { usable, ..member }
        });
        self.members = members.collect();
        self.rules = rules;
    }

    /// The member's server is another one now: nothing is known of it.
    pub fn forget(&mut self, id: &str) {
        if let Some(member) = self.members.iter_mut().find(|member| member.id == id) {
            *member = Member { usable: member.usable, left: member.left, ..Member::new(member.id.clone()) };
        }
    }

    /// The network is another one, or the machine has slept: what was known of the members was known of their ways over
    /// the one before. Each that something depends on is probed at once. The dwell time goes on.
    pub fn network_changed(&mut self) {
        for member in &mut self.members {
            let left = member.left;
            *member = Member { usable: member.usable, left, suspect: true, ..Member::new(member.id.clone()) };
        }
    }

    /// Chooses anew at the next decision, as if nothing had been chosen before.
    pub fn begin(&mut self) {
        self.current = None;
    }

    /// The member that is used.
    #[must_use]
    pub fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// All members.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Something was seen of a member.
    pub fn saw(&mut self, id: &str, evidence: Evidence, now: Moment) {
        let Some(member) = self.members.iter_mut().find(|member| member.id == id) else { return };
        match evidence {
            Evidence::Worked | Evidence::Answered(_) => {
                (member.health, member.failures, member.suspect) = (Health::Good, 0, false);
            }
            Evidence::Failed => {
                member.failures = member.failures.saturating_add(1);
                member.suspect = true;
            }
            Evidence::Doubtful => member.suspect = true,
            Evidence::Dead => member.failures = ENOUGH,
        }
        if member.failures >= ENOUGH {
            (member.health, member.suspect) = (Health::Bad, false);
        }
        if let Evidence::Answered(_) | Evidence::Dead = evidence {
            member.probed = false;
        }
        if let Evidence::Answered(latency) = evidence {
            member.latency = Some(latency);
        }
        member.heard = Some(now);
    }

    /// A probe told nothing of the member; it will be tried again when it is due.
    pub fn learnt_nothing(&mut self, id: &str, now: Moment) {
        if let Some(member) = self.members.iter_mut().find(|member| member.id == id) {
            (member.probed, member.suspect, member.heard) = (false, false, Some(now));
        }
    }

    /// Whether another member is to be used, and which. `draw` is any number; [`Policy::Random`] goes by it.
    pub fn decide(&mut self, now: Moment, draw: u64) -> Option<Change> {
        let (to, why) = self.better(now, draw)?;
        let from = self.current.replace(to.clone());
        if let Some(left) = self.members.iter_mut().find(|member| Some(&member.id) == from.as_ref()) {
            left.left = Some(now);
        }
        self.since = now;
        Some(Change { to, from, why })
    }

    /// The members that are to be probed now; each is taken to be under way from now on.
    pub fn to_probe(&mut self, now: Moment) -> Vec<String> {
        let due: Vec<String> = self.relevant().filter(|member| self.due(member) <= now).map(Member::id).collect();
        for member in self.members.iter_mut().filter(|member| due.contains(&member.id)) {
            (member.probed, member.asked) = (true, Some(now));
        }
        due
    }

    /// When something may be to be decided or probed next, without anything being seen before.
    #[must_use]
    pub fn next_look(&self, now: Moment) -> Option<Moment> {
        let probes = self.relevant().map(|member| self.due(member));
        let dwells = self.members.iter().filter_map(|member| member.left).chain([self.since]);
        let dwells = dwells.map(|since| since + self.rules.dwell).filter(|end| *end > now);
        probes.chain(dwells).min()
    }

    fn better(&self, now: Moment, draw: u64) -> Option<(String, Why)> {
        let current = self.members.iter().find(|member| Some(&member.id) == self.current.as_ref() && member.usable);
        if self.rules.policy == Policy::Fixed {
            let fixed = self.members.iter().find(|member| Some(&member.id) == self.rules.fixed.as_ref());
            let fixed = fixed.or(self.members.first())?;
            let why = if self.current.is_none() { Why::Begun } else { Why::Fixed };
            return (self.current.as_ref() != Some(&fixed.id)).then(|| (fixed.id(), why));
        }
        let Some(current) = current else {
            let why = if self.current.is_none() { Why::Begun } else { Why::Gone };
            let first = || self.members.iter().find(|member| member.usable);
            return Some((self.best(|member| member.health != Health::Bad, draw).or_else(first)?.id(), why));
        };
        let free = |member: &Member| member.left.is_none_or(|left| now.saturating_sub(left) >= self.rules.dwell);
        if current.health == Health::Bad {
            let other = self.best(|member| member.health != Health::Bad && free(member), draw)?;
            return Some((other.id(), Why::Failed));
        }
        if now.saturating_sub(self.since) < self.rules.dwell {
            return None;
        }
        match self.rules.policy {
            Policy::Fallback => {
                let before = self.members.iter().take_while(|member| member.id != current.id);
                let good = |member: &&Member| member.usable && member.health == Health::Good && free(member);
                before.into_iter().find(good).map(|member| (member.id(), Why::Returned))
            }
            Policy::Fastest => {
                let now_takes = current.latency?;
                let other = self.best(|member| member.health == Health::Good && free(member), draw)?;
                let takes = other.latency?;
                let margin = (now_takes / MARGIN.0).max(MARGIN.1);
                (takes + margin < now_takes).then(|| (other.id(), Why::Faster(takes, now_takes)))
            }
            Policy::Random | Policy::Fixed => None,
        }
    }

    fn due(&self, member: &Member) -> Moment {
        let is_current = Some(&member.id) == self.current.as_ref();
        member.due(&self.rules, is_current.then_some(self.since))
    }

    /// The one that the policy prefers among those that can be run and are as asked.
    fn best(&self, asked: impl Fn(&Member) -> bool, draw: u64) -> Option<&Member> {
        let mut found = self.members.iter().filter(|member| member.usable && asked(member));
        match self.rules.policy {
            Policy::Fixed | Policy::Fallback => found.next(),
            // Those of which it is not known come last, in their order.
            Policy::Fastest => found.min_by_key(|member| match member.health {
                Health::Good => member.latency.unwrap_or(Duration::MAX - Duration::from_nanos(1)),
                Health::Unknown | Health::Bad => Duration::MAX,
            }),
            Policy::Random => {
                let found: Vec<_> = found.collect();
                let at = draw.checked_rem(found.len() as u64)?;
                found.get(usize::try_from(at).ok()?).copied()
            }
        }
    }

    /// Those that something depends on: there is something to be decided by how they are.
    fn relevant(&self) -> impl Iterator<Item = &Member> {
        let at = self.members.iter().position(|member| Some(&member.id) == self.current.as_ref());
        let lost = at.is_none_or(|at| self.members[at].health == Health::Bad);
        self.members.iter().enumerate().filter_map(move |(place, member)| {
            let asked = match self.rules.policy {
                Policy::Fixed => false,
                Policy::Fastest => true,
                Policy::Fallback => lost || at.is_some_and(|at| place <= at),
                Policy::Random => lost || at == Some(place),
            };
            (asked && member.usable && !member.probed).then_some(member)
        })
    }
}

impl Member {
    fn new(id: String) -> Member {
        Member {
            id,
            usable: true,
            health: Health::Unknown,
            latency: None,
            failures: 0,
            suspect: false,
            heard: None,
            left: None,
            asked: None,
            probed: false,
        }
    }

    fn id(&self) -> String {
        self.id.clone()
    }

    /// When it is to be probed. Traffic has the first word of the one that took over at `since`; and of one that many
    /// targets fail behind, a probe is not asked each time.
    fn due(&self, rules: &Rules, since: Option<Moment>) -> Moment {
        let soon = rules.every / SOON;
        match (self.heard, since) {
            (_, _) if self.suspect => self.asked.map_or(Moment::ZERO, |asked| asked + soon),
            (Some(heard), _) => heard + rules.every,
            (None, Some(since)) => since + soon,
            (None, None) => Moment::ZERO,
        }
    }
}
