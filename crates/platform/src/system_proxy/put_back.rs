//! What is still ours, and putting it back: the compare-and-swap that release, recover and a failed acquire share.

use std::net::SocketAddr;

use super::journal::Journal;
use super::{Part, ProxyError, Snapshot, Step, SystemProxy};

/// Puts back every group that is still ours, the switch first, looking again before each write. Returns the keys that
/// another program has changed meanwhile, which stay as they are.
pub(super) fn put_back(proxy: &mut dyn SystemProxy, journal: &Journal) -> Result<Vec<String>, ProxyError> {
    put_back_but(proxy, journal, &[])
}

/// The same, of all that these steps do not write.
pub(super) fn put_back_but(
    proxy: &mut dyn SystemProxy,
    journal: &Journal,
    kept: &[Step],
) -> Result<Vec<String>, ProxyError> {
    let groups = groups(journal);
    let mut changed = Vec::new();
    for group in groups.iter().rev() {
        if kept.iter().any(|step| step.values.keys().eq(group.keys.keys())) {
            continue;
        }
        // Whether a switch is in use shows in other keys than its own.
        let current = if group.part == Part::Switch { proxy.read()? } else { proxy.read_of(group.keys)? };
        match standing(&*proxy, group, &groups, &current, journal) {
            Standing::Gone | Standing::Before | Standing::InUse => {}
            Standing::Ours => write(proxy, &journal.before.of_keys(group.keys))?,
            Standing::Foreign => {
                let differs = |key: &&str| current.value(key) != group.newest.value(key);
                changed.extend(group.keys.keys().filter(differs).map(str::to_owned));
            }
        }
    }
    Ok(changed)
}

/// The keys that are not as we have set them last.
pub(super) fn changed(journal: &Journal, current: &Snapshot) -> Vec<String> {
    let newest = journal.sets.last().into_iter().flatten();
    let differs = |(key, value): &(&str, Option<&str>)| current.contains(key) && current.value(key) != *value;
    newest.flat_map(|step| step.values.iter().filter(differs)).map(|(key, _)| key.to_owned()).collect()
}

/// What the settings would be after [`put_back`]: the user's own, as far as `current` and an earlier journal tell.
pub(super) fn users_own(proxy: &dyn SystemProxy, current: &Snapshot, earlier: &Journal) -> Snapshot {
    let groups = groups(earlier);
    let mut users = current.clone();
    for group in &groups {
        if matches!(standing(proxy, group, &groups, current, earlier), Standing::Ours) {
            users.overlay(&earlier.before.of_keys(group.keys));
        }
    }
    users
}

/// Takes our own listeners out of settings that are about to be believed to be the user's: an endpoint that reaches us
/// counts as never set, and so do, unless another proxy remains, the switch and a bypass list that equals ours.
/// `None` when there is nothing of ours.
pub(super) fn without_ours(
    proxy: &dyn SystemProxy,
    settings: &Snapshot,
    plan: &[Step],
    is_ours: impl Fn(&super::Endpoint) -> bool,
) -> Option<Snapshot> {
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    let mut clean = settings.clone();
    for step in plan.iter().filter(|step| step.part == Part::Endpoint) {
        let endpoints = proxy.endpoints(&settings.of_keys(&step.values));
        if endpoints.iter().any(&is_ours) {
            ours.push(&step.values);
            clean.overlay(&step.values.all_unset());
        } else if !endpoints.is_empty() {
            others.push(&step.values);
        }
    }
    for Step { values, .. } in plan.iter().filter(|step| step.part != Part::Endpoint) {
        let governs_any = |endpoints: &[&Snapshot]| endpoints.iter().any(|endpoint| proxy.governs(values, endpoint));
        if governs_any(&ours) && !governs_any(&others) && settings.of_keys(values) == *values {
            clean.overlay(&values.all_unset());
        }
    }
    (!ours.is_empty()).then_some(clean)
}

/// Whether an endpoint reaches one of these listeners.
pub(super) fn reaches_any(own: &[SocketAddr]) -> impl Fn(&super::Endpoint) -> bool {
    move |endpoint| own.iter().any(|address| endpoint.reaches(*address))
}

/// Writes and reads back. Nothing is written where the values are there already.
pub(super) fn write(proxy: &mut dyn SystemProxy, values: &Snapshot) -> Result<(), ProxyError> {
    if proxy.read_of(values)?.of_keys(values) == *values {
        return Ok(());
    }
    proxy.write(values)?;
    let stored = proxy.read_of(values)?;
    match values.iter().find(|(key, value)| stored.value(key) != *value) {
        Some((key, _)) => Err(ProxyError::NotWritten { key: key.to_owned() }),
        None => Ok(()),
    }
}

/// The steps of all sets that write the same keys.
struct Group<'a> {
    part: Part,
    /// The keys; the values mean nothing.
    keys: &'a Snapshot,
    sets: Vec<&'a Snapshot>,
    newest: &'a Snapshot,
}

enum Standing {
    /// What it was a setting of is not there any more: a network, a connection.
    Gone,
    /// As it was before us: nothing to do.
    Before,
    /// Exactly as we set it.
    Ours,
    /// A switch as we set it, but another program's endpoint now depends on it.
    InUse,
    /// Neither: somebody else's.
    Foreign,
}

fn groups(journal: &Journal) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for Step { part, values } in journal.sets.iter().flatten() {
        match groups.iter_mut().find(|group| group.keys.keys().eq(values.keys())) {
            Some(group) => {
                group.part = *part;
                group.sets.push(values);
                group.newest = values;
            }
            None => groups.push(Group { part: *part, keys: values, sets: vec![values], newest: values }),
        }
    }
    groups
}

fn standing(
    proxy: &dyn SystemProxy,
    group: &Group<'_>,
    groups: &[Group<'_>],
    current: &Snapshot,
    journal: &Journal,
) -> Standing {
    let now = current.of_keys(group.keys);
    if group.keys.keys().any(|key| !current.contains(key)) {
        Standing::Gone
    } else if now == journal.before.of_keys(group.keys) {
        Standing::Before
    } else if !group.sets.contains(&&now) {
        Standing::Foreign
    } else if group.part == Part::Switch
        && groups.iter().any(|other| in_foreign_use(proxy, group, other, current, journal))
    {
        Standing::InUse
    } else {
        Standing::Ours
    }
}

fn in_foreign_use(
    proxy: &dyn SystemProxy,
    switch: &Group<'_>,
    group: &Group<'_>,
    current: &Snapshot,
    journal: &Journal,
) -> bool {
    let now = current.of_keys(group.keys);
    group.part == Part::Endpoint
        && proxy.governs(switch.keys, group.keys)
        && now != journal.before.of_keys(group.keys)
        && !group.sets.contains(&&now)
        && !proxy.endpoints(&now).is_empty()
}
