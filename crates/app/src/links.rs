//! `ss://` links in a text: what would become of each, and the profiles that they become.

use parasol_proto::link::find_links;
use parasol_proto::{Address, Link, LinkError, Method, Password, ServerConfig};

use crate::check::{self, MAX_NAME, MAX_PASSWORD};
use crate::preview::{LinkAdded, LinkFault, LinkPreview, LinkRefused};
use crate::profile::Profile;

/// The most bytes of text that are looked through: thousands of links.
pub const MAX_TEXT: usize = 1 << 20;
/// The most links of one text; the next one is refused, and what follows it is not looked at.
pub const MAX_LINKS: usize = 1000;

/// What the text would add to these profiles.
#[must_use]
pub fn preview(text: &str, saved: &[Profile]) -> LinkPreview {
    let mut preview = LinkPreview { added: Vec::new(), refused: Vec::new() };
    for (line, found) in found(text, saved) {
        match found {
            Ok((profile, known)) => preview.added.push(LinkAdded {
                name: profile.title(),
                server: profile.server,
                port: profile.port,
                legacy: check::is_legacy(&profile.method),
                method: profile.method,
                plugin: Some(short(&profile.plugin)).filter(|plugin| !plugin.is_empty()),
                known,
            }),
            Err(reason) => {
                preview.refused.push(LinkRefused { line: u32::try_from(line).unwrap_or(u32::MAX), reason });
            }
        }
    }
    preview
}

/// The profiles that the text adds to these: those of its good links that are not known.
#[must_use]
pub fn import(text: &str, saved: &[Profile]) -> Vec<Profile> {
    let good = found(text, saved).into_iter().filter_map(|(_, found)| found.ok());
    good.filter_map(|(profile, known)| (!known).then_some(profile)).collect()
}

/// What a link becomes: a profile, and whether there is one like it already, saved or earlier in the text.
type Found = Result<(Profile, bool), LinkFault>;

/// Every link with its line, from 1.
fn found(text: &str, saved: &[Profile]) -> Vec<(usize, Found)> {
    if text.len() > MAX_TEXT {
        return vec![(1, Err(LinkFault::TooLong))];
    }
    let identity = |profile: &Profile| -> Option<(Address, Method, Password, [String; 2])> {
        let plugin = [profile.plugin.clone(), profile.plugin_opts.clone()];
        Some((profile.address()?, Method::parse_legacy(&profile.method).ok()?, profile.password.clone(), plugin))
    };
    let mut known: Vec<_> = saved.iter().filter_map(identity).collect();
    let mut all = Vec::new();
    for (line, link) in find_links(text) {
        if all.len() == MAX_LINKS {
            all.push((line, Err(LinkFault::TooLong)));
            break;
        }
        let profile = link.map_err(fault).and_then(profile);
        all.push((
            line,
            profile.map(|profile| {
                let own = identity(&profile);
                let again = own.as_ref().is_some_and(|own| known.contains(own));
                known.extend(own.filter(|_| !again));
                (profile, again)
            }),
        ));
    }
    all
}

fn profile(link: Link) -> Result<Profile, LinkFault> {
    let (plugin, plugin_opts) =
        link.plugin.map(|plugin| (plugin.name, plugin.options.unwrap_or_default())).unwrap_or_default();
    if check::plugin(&plugin, &plugin_opts).is_err() {
        return Err(LinkFault::Plugin { name: short(&plugin) });
    }
    let config = ServerConfig::new(link.server.clone(), link.method, link.password.as_str());
    if config.is_err() || link.password.as_str().chars().nth(MAX_PASSWORD).is_some() {
        return Err(LinkFault::BadPassword);
    }
    let name: String = link.name.unwrap_or_default().trim().chars().take(MAX_NAME).collect();
    Ok(Profile {
        id: Profile::new_id(),
        name,
        server: link.server.host(),
        port: link.server.port(),
        method: link.method.name().to_owned(),
        password: link.password,
        plugin: plugin.trim().to_owned(),
        plugin_opts,
        ..Profile::default()
    })
}

fn fault(error: LinkError) -> LinkFault {
    match error {
        LinkError::NotALink => LinkFault::NotALink,
        LinkError::TooLong => LinkFault::TooLong,
        LinkError::BadBase64 | LinkError::NotUtf8 | LinkError::NoPassword => LinkFault::BadUserinfo,
        LinkError::NoServer | LinkError::BadHost(_) => LinkFault::BadHost,
        LinkError::NoPort | LinkError::BadPort => LinkFault::BadPort,
        LinkError::UnknownMethod(name) => LinkFault::UnknownMethod { name: short(&name) },
        LinkError::NoPluginName => LinkFault::Plugin { name: String::new() },
    }
}

fn short(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    const GOOD: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";

    fn refused(text: &str) -> Vec<(u32, LinkFault)> {
        preview(text, &[]).refused.into_iter().map(|refused| (refused.line, refused.reason)).collect()
    }

    #[test]
    fn a_link_becomes_a_profile() {
        let [profile] = &import(&format!("{GOOD}#Tokyo"), &[])[..] else { panic!("one link, one profile") };
        let text = |text: &str| text.to_owned();
        assert_eq!((&profile.name, &profile.server, profile.port), (&text("Tokyo"), &text("192.168.100.1"), 8888));
        assert_eq!((&profile.method, profile.password.as_str()), (&text("aes-128-gcm"), "test"));
        assert!(profile.through().is_ok());
    }

    #[test]
    fn a_links_plugin_is_shown_and_kept_but_does_not_run_yet() {
        let link = format!("{GOOD}/?plugin=obfs-local%3Bobfs%3Dhttp%3Bobfs-host%3Da%5C%3Bb#x");
        assert_eq!(preview(&link, &[]).added[0].plugin.as_deref(), Some("obfs-local"));
        let [profile] = &import(&link, &[])[..] else { panic!("one link, one profile") };
        assert_eq!(
            (profile.plugin.as_str(), profile.plugin_opts.as_str()),
            ("obfs-local", r"obfs=http;obfs-host=a\;b")
        );
        assert!(matches!(profile.through(), Err(Problem::PluginUnapproved { name }) if name == "obfs-local"));
        let saved = std::slice::from_ref(profile);
        assert!(preview(&link, saved).added[0].known && !preview(GOOD, saved).added[0].known);
    }

    #[test]
    fn a_link_with_an_unsafe_method_is_kept_and_called_unsafe_but_does_not_run_yet() {
        let link = "ss://rc4-md5:x@a.example:1";
        assert!(preview(link, &[]).added[0].legacy && !preview(GOOD, &[]).added[0].legacy);
        let [profile] = &import(link, &[])[..] else { panic!("one link, one profile") };
        assert!(matches!(profile.through(), Err(Problem::LegacyUnapproved { method }) if method == "rc4-md5"));
        assert!(preview(link, std::slice::from_ref(profile)).added[0].known);
    }

    #[test]
    fn a_link_is_added_once() {
        let text = format!("{GOOD}#a\n{GOOD}#b\n{}", GOOD.replace("8888", "8889"));
        let known: Vec<bool> = preview(&text, &[]).added.iter().map(|added| added.known).collect();
        assert_eq!(known, [false, true, false]);
        let saved = import(&text, &[]);
        assert_eq!(saved.len(), 2);
        assert_eq!(import(&text, &saved), []);
        assert!(preview(&text, &saved).added.iter().all(|added| added.known));
    }

    #[test]
    fn each_refusal_has_its_line_and_reason() {
        let short_key = "ss://2022-blake3-aes-128-gcm:c2hvcnQ%3D@a.example:1";
        let plugin = format!("{GOOD}/?plugin=..%2Fevil%3Bobfs%3Dhttp#x");
        let text = format!("hello\n\n{GOOD}\n{plugin}\nss://rc5-md5:x@a.example:1\n{short_key}\n{GOOD}\u{0}");
        let reasons = refused(&text);
        assert_eq!(
            reasons[..4],
            [
                (1, LinkFault::NotALink),
                (4, LinkFault::Plugin { name: "../evil".into() }),
                (5, LinkFault::UnknownMethod { name: "rc5-md5".into() }),
                (6, LinkFault::BadPassword),
            ]
        );
        assert_eq!(reasons[4].0, 7);
    }

    #[test]
    fn a_flood_of_links_is_bounded() {
        let text: String =
            (0..2000).map(|n| format!("{}#{n}\n", GOOD.replace("8888", &format!("{}", n + 1)))).collect();
        assert_eq!(import(&text, &[]).len(), MAX_LINKS);
        assert_eq!(refused(&text), [(1001, LinkFault::TooLong)]);
        assert_eq!(refused(&" ".repeat(MAX_TEXT + 1)), [(1, LinkFault::TooLong)]);
    }
}
