//! `check`: from a draft, as typed, to a profile, by the rules that the relay itself uses.

use parasol_proto::address::parse_port;
use parasol_proto::{Address, AddressError, Key, KeyError, Method, Password, ServerConfig};

use crate::draft::{Fault, Field, FieldProblem, ProfileDraft};
use crate::plugin::{MAX_PROGRAM, PluginFault, PluginMode, PluginSpec, unmasked};
use crate::profile::Profile;

/// The most characters of a name.
pub const MAX_NAME: usize = 200;
/// The most characters of a password; the longest 2022 key has 44.
pub const MAX_PASSWORD: usize = 1024;
/// The most characters of the notes.
pub const MAX_NOTES: usize = 4000;

/// The plugin that these name, if any. UDP does not go through it.
///
/// # Errors
/// The first field that is wrong.
pub fn plugin(program: &str, options: &str) -> Result<Option<PluginSpec>, FieldProblem> {
    if program.trim().is_empty() && options.is_empty() {
        return Ok(None);
    }
    let (field, fault) = match PluginSpec::new(program, options, PluginMode::TcpOnly) {
        Ok(plugin) => return Ok(Some(plugin)),
        Err(PluginFault::NoProgram) => (Field::Plugin, Fault::Empty),
        Err(PluginFault::BadProgram) => (Field::Plugin, Fault::BadProgram),
        Err(PluginFault::TooLong) if longer(program.trim(), MAX_PROGRAM) => (Field::Plugin, Fault::TooLong),
        Err(PluginFault::TooLong) => (Field::PluginOpts, Fault::TooLong),
        Err(PluginFault::BadOptions) => (Field::PluginOpts, Fault::BadOptions),
    };
    Err(FieldProblem { field, fault })
}

/// The profile that the draft would become. `saved` is the profile that it changes, if there is one: the draft may
/// leave out its password, and fields that the editor does not know stay as they are.
///
/// # Errors
/// Everything that is wrong, in the order of the editor's fields, at most one fault for a field.
pub fn check(draft: &ProfileDraft, saved: Option<&Profile>) -> Result<Profile, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut say = |field, fault| problems.push(FieldProblem { field, fault });

    if longer(&draft.name, MAX_NAME) {
        say(Field::Name, Fault::TooLong);
    }
    // The built-in server has nothing to dial: only its name and notes are the user's.
    let builtin = saved.filter(|saved| saved.builtin);
    let server = if builtin.is_some() {
        None
    } else {
        // Port 1 stands in for a port that is faulty itself, so that both fields get their own answer.
        let port = port(&draft.port).map_err(|fault| say(Field::Port, fault)).ok();
        let host = host(&draft.server, port.unwrap_or(1)).map_err(|fault| say(Field::Server, fault)).ok();
        let method = method(&draft.method).map_err(|fault| say(Field::Method, fault)).ok();
        let password = draft.password.as_deref().or(saved.map(|saved| saved.password.as_str())).unwrap_or_default();
        // One that is kept and still sealed is looked at when it is opened.
        let secret = if draft.password.is_none() && saved.is_some_and(Profile::password_locked) {
            Some(Password::default())
        } else {
            password_for(method, password).map_err(|fault| say(Field::Password, fault)).ok()
        };
        if let Err(FieldProblem { field, fault }) = plugin(&draft.plugin, meant_opts(draft, saved).as_str()) {
            say(field, fault);
        }
        host.zip(port).zip(method).zip(secret)
    };
    if longer(&draft.notes, MAX_NOTES) {
        say(Field::Notes, Fault::TooLong);
    }
    problems.sort_by_key(|problem| problem.field as u8);
    if !problems.is_empty() {
        return Err(problems);
    }

    let mut profile = saved.cloned().unwrap_or_else(|| Profile { id: Profile::new_id(), ..Profile::default() });
    draft.name.trim().clone_into(&mut profile.name);
    draft.notes.clone_into(&mut profile.notes);
    if let Some((((host, port), method), password)) = server {
        profile.server = host;
        profile.port = port;
        // The user has said yes to one unsafe method, not to whichever comes after it.
        profile.legacy_approved &= Method::parse_legacy(&profile.method) == Ok(method);
        profile.one_time_auth = draft.one_time_auth && method.has_one_time_auth();
        method.name().clone_into(&mut profile.method);
        profile.password = password;
        profile.sealed = profile.sealed.filter(|_| draft.password.is_none());
        let program = draft.plugin.trim();
        // What the user typed, the user wants to run; what came with a link and was left as it is, is still to be approved.
        let options = meant_opts(draft, saved);
        if program != profile.plugin || options != profile.plugin_opts {
            profile.plugin_approved = !program.is_empty();
            program.clone_into(&mut profile.plugin);
            // Options that are sealed stay, until others are typed or another program is.
            (profile.plugin_opts, profile.opts_sealed) = (options, None);
        }
    }
    Ok(profile)
}

/// The plugin options that were meant: what the editor was shown hidden, and left so, is the saved one.
fn meant_opts(draft: &ProfileDraft, saved: Option<&Profile>) -> Password {
    let saved = saved.map(|saved| saved.plugin_opts.as_str()).unwrap_or_default();
    unmasked(&draft.plugin_opts, saved).into()
}

/// The server that a saved profile names.
///
/// # Errors
/// The first field that is wrong, in the order of the editor's.
pub fn server(profile: &Profile) -> Result<ServerConfig, FieldProblem> {
    let bad = |field| move |fault| FieldProblem { field, fault };
    // Port 1 stands in as in `check`.
    host(&profile.server, profile.port.max(1)).map_err(bad(Field::Server))?;
    let address = profile.address().ok_or(Fault::BadPort).map_err(bad(Field::Port))?;
    let method = method(&profile.method).map_err(bad(Field::Method))?;
    let config = ServerConfig::new(address, method, profile.password.as_str());
    let config = config.map_err(|error| bad(Field::Password)(key_fault(error)))?;
    if profile.one_time_auth && method.has_one_time_auth() {
        return config.with_one_time_auth().map_err(|_| bad(Field::Method)(Fault::UnknownMethod));
    }
    Ok(config)
}

/// Whether this names a method that is not safe.
#[must_use]
pub fn is_legacy(name: &str) -> bool {
    Method::parse_legacy(name).is_ok_and(Method::is_legacy)
}

/// As it is to be saved: an IP in its plain form, a name as the user writes it (not its `xn--` form).
fn host(typed: &str, port: u16) -> Result<String, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Fault::Empty);
    }
    match Address::from_host(typed, port) {
        Ok(Address::Ip(ip)) => Ok(ip.ip().to_string()),
        Ok(Address::Domain(..)) => Ok(typed.to_owned()),
        Err(AddressError::DomainTooLong) => Err(Fault::TooLong),
        Err(_) => Err(Fault::BadHost),
    }
}

pub(crate) fn port(typed: &str) -> Result<u16, Fault> {
    match typed.trim() {
        "" => Err(Fault::Empty),
        typed => parse_port(typed).map_err(|_| Fault::BadPort),
    }
}

fn method(typed: &str) -> Result<Method, Fault> {
    match typed.trim() {
        "" => Err(Fault::Empty),
        name => Method::parse_legacy(name).map_err(|_| Fault::UnknownMethod),
    }
}

/// Without a method, nothing is known of what a password must be like but that it is there.
fn password_for(method: Option<Method>, password: &str) -> Result<Password, Fault> {
    if longer(password, MAX_PASSWORD) {
        return Err(Fault::TooLong);
    }
    let key = match method {
        Some(method) => Key::from_password(method, password).map(drop),
        None if password.is_empty() => Err(KeyError::Empty),
        None => Ok(()),
    };
    key.map(|()| Password::from(password)).map_err(key_fault)
}

fn key_fault(error: KeyError) -> Fault {
    let len = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    match error {
        KeyError::Empty => Fault::Empty,
        KeyError::NotBase64 => Fault::NotBase64,
        KeyError::WrongLength { needed, found } => Fault::WrongKeyLength { needed: len(needed), found: len(found) },
        KeyError::Identity => Fault::IdentityKeys,
    }
}

pub(crate) fn longer(text: &str, max: usize) -> bool {
    text.chars().nth(max).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use crate::profile::Through;
    use crate::secrets::Key as SealingKey;

    fn draft() -> ProfileDraft {
        ProfileDraft {
            id: None,
            name: "Tokyo".into(),
            server: "tk1.example.net".into(),
            port: "8388".into(),
            method: "aes-256-gcm".into(),
            password: Some("correct horse".into()),
            plugin: String::new(),
            plugin_opts: String::new(),
            one_time_auth: false,
            notes: String::new(),
        }
    }

    fn faults(draft: &ProfileDraft, saved: Option<&Profile>) -> Vec<(Field, Fault)> {
        check(draft, saved).err().unwrap_or_default().into_iter().map(|p| (p.field, p.fault)).collect()
    }

    #[test]
    fn every_field_is_checked_by_the_relays_own_rules() {
        let key = |n: usize| Key::password_from_random(&vec![7; n]);
        type Change = Box<dyn Fn(&mut ProfileDraft)>;
        let wrong_length = Fault::WrongKeyLength { needed: 32, found: 16 };
        let cases: Vec<(Change, Option<(Field, Fault)>)> = vec![
            (Box::new(|_| ()), None),
            (Box::new(|d| d.name = String::new()), None),
            (Box::new(|d| d.name = "ü".repeat(200)), None),
            (Box::new(|d| d.name = "ü".repeat(201)), Some((Field::Name, Fault::TooLong))),
            (Box::new(|d| d.server = " \t".into()), Some((Field::Server, Fault::Empty))),
            (Box::new(|d| d.server = "a b".into()), Some((Field::Server, Fault::BadHost))),
            (Box::new(|d| d.server = "example.net:8388".into()), Some((Field::Server, Fault::BadHost))),
            (Box::new(|d| d.server = "a.".repeat(200)), Some((Field::Server, Fault::TooLong))),
            (Box::new(|d| d.server = "[2001:db8::1]".into()), None),
            (Box::new(|d| d.server = "bücher.example".into()), None),
            (Box::new(|d| d.port = String::new()), Some((Field::Port, Fault::Empty))),
            (Box::new(|d| d.port = " 443 ".into()), None),
            (Box::new(|d| d.port = "0".into()), Some((Field::Port, Fault::BadPort))),
            (Box::new(|d| d.port = "65536".into()), Some((Field::Port, Fault::BadPort))),
            (Box::new(|d| d.port = "+80".into()), Some((Field::Port, Fault::BadPort))),
            (Box::new(|d| d.port = "٨٠".into()), Some((Field::Port, Fault::BadPort))),
            (Box::new(|d| d.method = String::new()), Some((Field::Method, Fault::Empty))),
            (Box::new(|d| d.method = "rc5-md5".into()), Some((Field::Method, Fault::UnknownMethod))),
            (Box::new(|d| d.password = None), Some((Field::Password, Fault::Empty))),
            (Box::new(|d| d.password = Some(String::new())), Some((Field::Password, Fault::Empty))),
            (Box::new(|d| d.password = Some("x".repeat(1025))), Some((Field::Password, Fault::TooLong))),
            (Box::new(|d| d.plugin = " obfs-local ".into()), None),
            (Box::new(|d| d.plugin = "./obfs-local".into()), Some((Field::Plugin, Fault::BadProgram))),
            (Box::new(|d| d.plugin = "p".repeat(1025)), Some((Field::Plugin, Fault::TooLong))),
            (Box::new(|d| d.plugin_opts = "obfs=http".into()), Some((Field::Plugin, Fault::Empty))),
            (
                Box::new(|d| {
                    d.plugin = "obfs-local".into();
                    d.plugin_opts = "o".repeat(4097);
                }),
                Some((Field::PluginOpts, Fault::TooLong)),
            ),
            (
                Box::new(|d| {
                    d.plugin = "obfs-local".into();
                    d.plugin_opts = "a\0b".into();
                }),
                Some((Field::PluginOpts, Fault::BadOptions)),
            ),
            (Box::new(|d| d.notes = "n".repeat(4001)), Some((Field::Notes, Fault::TooLong))),
            (Box::new(|d| d.method = "2022-blake3-aes-256-gcm".into()), Some((Field::Password, Fault::NotBase64))),
            (
                Box::new(move |d| {
                    d.method = "2022-blake3-aes-256-gcm".into();
                    d.password = Some(key(16));
                }),
                Some((Field::Password, wrong_length)),
            ),
            (
                Box::new(move |d| {
                    d.method = "2022-blake3-aes-256-gcm".into();
                    d.password = Some(format!("{}:{}", key(32), key(32)));
                }),
                None,
            ),
            (
                Box::new(move |d| {
                    d.method = "2022-blake3-chacha20-poly1305".into();
                    d.password = Some(format!("{}:{}", key(32), key(32)));
                }),
                Some((Field::Password, Fault::IdentityKeys)),
            ),
        ];
        for (at, (change, expected)) in cases.into_iter().enumerate() {
            let mut draft = draft();
            change(&mut draft);
            assert_eq!(faults(&draft, None), Vec::from_iter(expected), "case {at}");
        }
    }

    #[test]
    fn every_faulty_field_is_named_once_in_the_editors_order() {
        let draft = ProfileDraft {
            id: None,
            name: "n".repeat(300),
            server: String::new(),
            port: "x".into(),
            method: "?".into(),
            password: None,
            plugin: "../x".into(),
            plugin_opts: String::new(),
            one_time_auth: false,
            notes: "n".repeat(5000),
        };
        assert_eq!(
            faults(&draft, None).into_iter().map(|(field, _)| field).collect::<Vec<_>>(),
            [Field::Name, Field::Server, Field::Port, Field::Method, Field::Password, Field::Plugin, Field::Notes]
        );
    }

    #[test]
    fn a_kept_password_is_checked_against_the_new_method() {
        let saved = check(&draft(), None).unwrap();
        let mut changed = ProfileDraft { id: Some(saved.id.clone()), password: None, ..draft() };
        assert_eq!(check(&changed, Some(&saved)).unwrap(), saved);
        changed.method = "2022-blake3-aes-128-gcm".into();
        assert_eq!(faults(&changed, Some(&saved)), [(Field::Password, Fault::NotBase64)]);
    }

    #[test]
    fn a_plugin_is_approved_by_typing_it_and_not_by_saving_it_as_it_came() {
        let saved = check(&draft(), None).unwrap();
        let came = Profile { plugin: "obfs-local".into(), plugin_opts: "obfs=http".into(), ..saved };
        let with = |plugin: &str, plugin_opts: &str, saved: &Profile| {
            let draft = ProfileDraft { plugin: plugin.into(), plugin_opts: plugin_opts.into(), ..draft() };
            check(&draft, Some(saved)).unwrap()
        };
        let unchanged = with("obfs-local", "obfs=http", &came);
        assert_eq!(unchanged, came);
        assert!(matches!(unchanged.through(), Err(Problem::PluginUnapproved { name }) if name == "obfs-local"));
        let typed = with("obfs-local", "obfs=tls", &came);
        assert!(typed.plugin_approved);
        let Ok(Through::Plugged { server, plugin }) = typed.through() else { panic!("it can run") };
        assert_eq!((server.address().port(), plugin.program(), plugin.options()), (8388, "obfs-local", "obfs=tls"));
        assert!(with("obfs-local", "obfs=tls", &typed).plugin_approved);
        let without = with("", "", &typed);
        assert!(!without.plugin_approved && matches!(without.through(), Ok(Through::Server(_))));
    }

    #[test]
    fn what_the_editor_showed_hidden_stays_what_it_was() {
        let saved = check(&draft(), None).unwrap();
        let came = Profile { plugin: "kcptun".into(), plugin_opts: "mode=fast;key=swordfish".into(), ..saved };
        let with = |plugin_opts: &str, saved: &Profile| {
            let draft = ProfileDraft { plugin: "kcptun".into(), plugin_opts: plugin_opts.into(), ..draft() };
            check(&draft, Some(saved)).unwrap()
        };
        let shown = came.view().plugin_opts;
        assert_eq!(shown, "mode=fast;key=••••");
        assert_eq!(with(&shown, &came), came);
        assert_eq!(with("mode=slow;key=••••", &came).plugin_opts.as_str(), "mode=slow;key=swordfish");
        assert_eq!(with("key=new", &came).plugin_opts.as_str(), "key=new");
        let key = SealingKey::random().unwrap();
        let locked = Profile { opts_sealed: Some(key.seal(&came.plugin_opts)), plugin_opts: "".into(), ..came };
        assert!(locked.is_locked() && matches!(locked.through(), Err(Problem::PasswordLocked)));
        assert_eq!(with("", &locked), locked, "left as it is, it stays sealed");
        assert!(!with("key=new", &locked).is_locked());
    }

    #[test]
    fn an_unsafe_method_runs_once_it_is_approved_and_not_after_it_changed() {
        let draft = |method: &str| ProfileDraft { method: method.into(), one_time_auth: true, ..draft() };
        let unapproved = |profile: &Profile, name: &str| matches!(profile.through(), Err(Problem::LegacyUnapproved { method }) if method == name);
        let typed = check(&draft("AES-256-CFB"), None).unwrap();
        assert!(unapproved(&typed, "aes-256-cfb") && typed.view().legacy);
        let approved = Profile { legacy_approved: true, ..typed };
        let Ok(Through::Server(server)) = approved.through() else { panic!("it can run") };
        assert!(server.one_time_auth());

        let renamed = check(&ProfileDraft { name: "x".into(), ..draft("aes-256-cfb") }, Some(&approved)).unwrap();
        assert!(renamed.legacy_approved && renamed.one_time_auth);
        let other = check(&draft("rc4-md5"), Some(&approved)).unwrap();
        assert!(unapproved(&other, "rc4-md5"));
        let safe = check(&draft("aes-256-gcm"), Some(&approved)).unwrap();
        assert!(!safe.legacy_approved && !safe.one_time_auth && safe.through().is_ok());
        let back = check(&draft("aes-256-cfb"), Some(&safe)).unwrap();
        assert!(unapproved(&back, "aes-256-cfb"));
        let without_iv = check(&draft("none"), None).unwrap();
        assert!(!without_iv.one_time_auth, "the method has none");
    }

    #[test]
    fn what_the_editor_does_not_know_survives_a_change() {
        let mut saved = check(&draft(), None).unwrap();
        saved.extra = serde_json::from_str(r#"{"group":"work"}"#).unwrap();
        let changed = ProfileDraft { name: "Osaka".into(), ..draft() };
        let profile = check(&changed, Some(&saved)).unwrap();
        assert_eq!((profile.id, profile.extra), (saved.id, saved.extra));
        assert_eq!(profile.name, "Osaka");
    }

    #[test]
    fn a_saved_profile_that_names_no_server_says_where_and_what() {
        let good = check(&draft(), None).unwrap();
        assert_eq!(server(&good).unwrap().address().to_string(), "tk1.example.net:8388");
        let text = str::to_owned;
        for (profile, field, fault) in [
            (Profile { server: text("a b"), port: 0, ..good.clone() }, Field::Server, Fault::BadHost),
            (Profile { server: text(""), ..good.clone() }, Field::Server, Fault::Empty),
            (Profile { port: 0, ..good.clone() }, Field::Port, Fault::BadPort),
            (Profile { method: text("rc5-md5"), ..good.clone() }, Field::Method, Fault::UnknownMethod),
            (Profile { method: text("2022-blake3-aes-128-gcm"), ..good.clone() }, Field::Password, Fault::NotBase64),
            (Profile { password: "".into(), ..good.clone() }, Field::Password, Fault::Empty),
        ] {
            assert_eq!(server(&profile), Err(FieldProblem { field, fault }));
            let problem = profile.through().unwrap_err();
            assert!(matches!(problem, Problem::BadProfile { field: found, .. } if found == field), "{problem:?}");
        }
    }

    #[test]
    fn only_name_and_notes_of_the_builtin_server_are_the_users() {
        let saved = Profile::builtin();
        let empty = String::new;
        let draft = ProfileDraft {
            id: Some(saved.id.clone()),
            name: "Mine".into(),
            server: empty(),
            port: empty(),
            method: empty(),
            password: None,
            plugin: empty(),
            plugin_opts: empty(),
            one_time_auth: false,
            notes: "Try it".into(),
        };
        let profile = check(&draft, Some(&saved)).unwrap();
        assert_eq!(profile, Profile { name: "Mine".into(), notes: "Try it".into(), ..saved });
    }
}
