//! What becomes of the saved subscriptions, and of their profiles: in the window and in a terminal alike.

use super::{Came, Merged, Subscription, SubscriptionFault, SubscriptionUrl, UrlSlip, drop_gone, merge};
use crate::check::MAX_NAME;
use crate::document::Document;
use crate::profile::Profile;

/// So many subscriptions may be saved: far more than anybody has, and no flood.
const MOST: usize = 200;

/// Why a subscription is not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdded {
    /// The URL is none that a list may be fetched from.
    BadUrl(UrlSlip),
    /// It is saved already.
    Known,
    /// There are as many as may be.
    TooMany,
}

impl Document {
    /// Adds a subscription, which nobody has fetched yet; its id.
    ///
    /// # Errors
    /// Why not. Nothing was changed.
    pub fn add_list(&mut self, url: SubscriptionUrl, name: &str, interval_h: Option<u32>) -> Result<String, NotAdded> {
        if url.page().is_err() {
            return Err(NotAdded::BadUrl(url.slip()));
        }
        if self.knows_list(&url) {
            return Err(NotAdded::Known);
        }
        if self.subscriptions.len() >= MOST {
            return Err(NotAdded::TooMany);
        }
        let subscription = Subscription { interval_h, ..Subscription::new(url, named(name)) };
        let id = subscription.id.clone();
        self.subscriptions.push(subscription);
        Ok(id)
    }

    /// Whether this URL is saved already, as far as those that are saved are open.
    #[must_use]
    pub fn knows_list(&self, url: &SubscriptionUrl) -> bool {
        self.subscriptions.iter().any(|subscription| subscription.url == *url)
    }

    /// What came of fetching a list: brings the profiles to what it says, or notes why it could not be used. What it has
    /// done to the profiles; nothing where it did nothing, or is not there any more.
    ///
    /// # Errors
    /// Why the list could not be used. The profiles are as they were.
    pub fn list_came(
        &mut self,
        id: &str,
        came: Result<Came, SubscriptionFault>,
        now_ms: u64,
        dice: u32,
    ) -> Result<Option<Merged>, SubscriptionFault> {
        let in_use = self.in_use();
        // It may have been removed meanwhile.
        let Some(subscription) = self.subscriptions.iter_mut().find(|subscription| subscription.id == id) else {
            return Ok(None);
        };
        let came = came.and_then(|came| match came {
            Came::List(list) => list.fault().map_or(Ok(Came::List(list)), Err),
            unchanged @ Came::Unchanged(_) => Ok(unchanged),
        });
        let merged = match came {
            Err(fault) => {
                tracing::info!(host = subscription.url.host(), ?fault, "a subscription could not be fetched");
                subscription.went_wrong(fault.clone(), now_ms, dice);
                return Err(fault);
            }
            Ok(Came::Unchanged(about)) => {
                drop_gone(&mut self.profiles, id, in_use);
                subscription.went_well(about, now_ms, dice);
                None
            }
            Ok(Came::List(list)) => {
                subscription.fetched.validators = list.validators.clone();
                subscription.fetched.validators_sealed = None;
                let about = list.about.clone();
                let (servers, refused) = list.servers();
                subscription.fetched.refused = u32::try_from(refused).unwrap_or(u32::MAX);
                let merged = merge(&mut self.profiles, subscription, servers, in_use);
                subscription.went_well(about, now_ms, dice);
                Some(merged)
            }
        };
        self.use_some_profile();
        Ok(merged)
    }

    /// Takes a subscription away. Its profiles become the user's own, or go with it. False where the profile in use went
    /// with it, and the one that is in use now is none that the user chose.
    pub fn remove_list(&mut self, id: &str, keep_profiles: bool) -> bool {
        if self.subscription(id).is_none() {
            return true;
        }
        self.subscriptions.retain(|subscription| subscription.id != id);
        for profile in &mut self.profiles {
            profile.from_list.take_if(|from| keep_profiles && from.subscription == id);
        }
        let before = self.profiles.iter().take_while(|profile| self.active.as_ref() != Some(&profile.id));
        let at = before.filter(|profile| !profile.is_from(id)).count();
        self.profiles.retain(|profile| !profile.is_from(id));
        self.active.is_none() || self.active_profile().is_some() || self.pass_on_use(at)
    }

    /// The user has said that this program may run: for all servers of the list that name it, now and later. False when
    /// there is no such list.
    pub fn approve_for_list(&mut self, list: &str, plugin: &str) -> bool {
        let found = self.subscriptions.iter_mut().find(|subscription| subscription.id == list);
        let Some(subscription) = found else { return false };
        if !subscription.approved_plugins.iter().any(|approved| approved == plugin) {
            subscription.approved_plugins.push(plugin.to_owned());
        }
        let same = |profile: &&mut Profile| profile.is_from(list) && profile.plugin == plugin;
        self.profiles.iter_mut().filter(same).for_each(|profile| profile.plugin_approved = true);
        true
    }

    /// The programs that servers of this list name, and that the user has not said may run.
    #[must_use]
    pub fn plugins_to_approve(&self, list: &str) -> Vec<&str> {
        let waits =
            |profile: &&Profile| profile.is_from(list) && !profile.plugin.is_empty() && !profile.plugin_approved;
        let mut plugins: Vec<_> = self.profiles.iter().filter(waits).map(|profile| profile.plugin.as_str()).collect();
        plugins.sort_unstable();
        plugins.dedup();
        plugins
    }

    fn use_some_profile(&mut self) {
        if self.active_profile().is_none() {
            self.active = self.profiles.first().map(|profile| profile.id.clone());
        }
    }

    /// Whether a profile is in use: the relay's, or a port's.
    fn in_use(&self) -> impl Fn(&Profile) -> bool + use<> {
        let of_ports = self.ports.iter().filter_map(|port| port.profile.clone());
        let ids: Vec<String> = self.active.iter().cloned().chain(of_ports).collect();
        move |profile| ids.contains(&profile.id)
    }
}

/// A name as it is saved.
pub(crate) fn named(name: &str) -> String {
    name.trim().chars().take(MAX_NAME).collect()
}

/// For spreading what would come at once.
#[must_use]
pub fn dice() -> u32 {
    // Without a random number nothing is spread, which harms nobody.
    getrandom::u32().unwrap_or(u32::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::Group;
    use crate::import;
    use crate::port::SavedPort;
    use crate::subscription::{About, ReadList, Validators};

    const URL: &str = "https://list.example/t0ken";

    /// A list of servers of these names.
    fn came(names: &[&str]) -> Result<Came, SubscriptionFault> {
        let link = |name: &&str| format!("ss://YWVzLTEyOC1nY206dGVzdA@192.0.2.1:8888/?plugin=obfs-local#{name}\n");
        let import = import::read(names.iter().map(link).collect::<String>().as_bytes());
        Ok(Came::List(ReadList { import, validators: Validators::default(), about: About::default() }))
    }

    fn names(document: &Document) -> Vec<&str> {
        document.profiles.iter().map(|profile| profile.name.as_str()).collect()
    }

    fn id(document: &Document, name: &str) -> String {
        document.profiles.iter().find(|profile| profile.name == name).unwrap().id.clone()
    }

    #[test]
    fn a_profile_that_the_relay_or_a_port_uses_is_never_taken_away() {
        let mut document = Document::default();
        let list = document.add_list(URL.into(), " Home ", None).unwrap();
        assert_eq!(document.subscriptions[0].name, "Home");
        document.list_came(&list, came(&["one", "two", "three"]), 0, 0).unwrap();
        document.active = Some(id(&document, "one"));
        document.ports = vec![SavedPort { profile: Some(id(&document, "two")), ..SavedPort::default() }];
        let merged = document.list_came(&list, came(&["four"]), 0, 0).unwrap().unwrap();
        assert_eq!((merged.added, merged.removed, merged.kept), (1, 1, 2));
        assert_eq!(names(&document), ["one", "two", "four"]);
        document.ports.clear();
        document.active = Some(id(&document, "four"));
        document.list_came(&list, came(&["four"]), 0, 0).unwrap();
        assert_eq!(names(&document), ["four"]);
    }

    #[test]
    fn with_a_list_goes_its_profile_in_use_and_a_group_goes_on_with_what_is_left_of_it() {
        let (of_list, own) = (["one", "two"], ["three", "four"]);
        let own_profile = |name: &str| Profile { id: name.to_owned(), name: name.to_owned(), ..Profile::builtin() };
        let with_group = |members: &[&str], active: &str| {
            let mut document = Document::default();
            let list = document.add_list(URL.into(), "", None).unwrap();
            document.profiles.push(own_profile("three"));
            document.list_came(&list, came(&of_list), 0, 0).unwrap();
            document.profiles.push(own_profile("four"));
            // A program that may not run is no member that a group goes on with.
            document.approve_for_list(&list, "obfs-local");
            let members = members.iter().map(|name| id(&document, name)).collect();
            document.groups = vec![Group { id: "g".to_owned(), members, ..Group::default() }];
            document.group = Some("g".to_owned());
            document.active = Some(id(&document, active));
            (document, list)
        };
        for (members, active, keep, chosen, then, group) in [
            (&["two", "four"][..], "two", false, true, "four", Some("g")),
            (&of_list, "two", false, false, "four", None),
            (&of_list, "two", true, true, "two", Some("g")),
            (&own, "three", false, true, "three", Some("g")),
        ] {
            let (mut document, list) = with_group(members, active);
            assert_eq!(document.remove_list(&list, keep), chosen, "{members:?}");
            assert_eq!(document.active_profile().map(|profile| profile.name.as_str()), Some(then), "{members:?}");
            assert_eq!(document.group.as_deref(), group, "{members:?}");
        }
        let (mut document, list) = with_group(&of_list, "one");
        document.profiles.retain(|profile| profile.is_from(&list));
        assert!(document.remove_list("no such list", false) && document.profiles.len() == 2);
        assert!(!document.remove_list(&list, false));
        assert_eq!((document.active, document.group), (None, None));
    }

    #[test]
    fn a_plugin_waits_for_approval_once_for_each_list() {
        let mut document = Document::default();
        let lists = ["/1", "/2"].map(|path| document.add_list(format!("{URL}{path}").into(), "", None).unwrap());
        for list in &lists {
            document.list_came(list, came(&["one"]), 0, 0).unwrap();
            assert_eq!(document.plugins_to_approve(list), ["obfs-local"]);
        }
        assert!(document.approve_for_list(&lists[0], "obfs-local") && !document.approve_for_list("none", "x"));
        document.list_came(&lists[0], came(&["one", "new"]), 0, 0).unwrap();
        assert!(document.plugins_to_approve(&lists[0]).is_empty());
        assert_eq!(document.plugins_to_approve(&lists[1]), ["obfs-local"]);
    }

    #[test]
    fn what_is_no_url_is_there_already_or_is_one_too_many_is_not_added() {
        let mut document = Document::default();
        assert_eq!(document.add_list("http://list.example/".into(), "", None), Err(NotAdded::BadUrl(UrlSlip::Http)));
        for n in 0..MOST {
            document.add_list(format!("{URL}/{n}").into(), "", None).unwrap();
        }
        assert_eq!(document.add_list(format!("{URL}/0").into(), "", None), Err(NotAdded::Known));
        assert_eq!(document.add_list(URL.into(), "", None), Err(NotAdded::TooMany));
    }
}
