//! `Profile`: a server as the user saved it. Its [`Through`] is what the relay can use; a profile that this program
//! cannot use (a newer one's method) is kept and shown all the same, and says so when it is switched on.

use std::fmt;

use parasol_proto::link::clean_name;
use parasol_proto::{Address, Password, ServerConfig};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::builtin;
use crate::check;
use crate::document::Unknown;
use crate::draft::FieldProblem;
use crate::plugin::{PluginSpec, masked};
use crate::problem::Problem;
use crate::secrets::Sealed;
use crate::state::ProfileView;
use crate::subscription::FromList;

/// What the server inside this program is called until the user calls it something else.
const BUILTIN_NAME: &str = "Built-in server";

/// A saved profile. Fields of a file that this program does not know are kept in `extra` and written back.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Never changes and never repeats.
    #[serde(default)]
    pub id: String,
    /// What the user calls it; may be empty.
    #[serde(default)]
    pub name: String,
    /// Host name or IP, without brackets; empty for the built-in server.
    #[serde(default)]
    pub server: String,
    /// Port; 0 for the built-in server.
    #[serde(default)]
    pub port: u16,
    /// The method's name.
    #[serde(default)]
    pub method: String,
    /// Password or 2022 key; empty for the built-in server.
    #[serde(default, with = "password")]
    pub password: Password,
    /// The password where it could not be opened yet; the other is empty then.
    #[serde(default, rename = "password_sealed", skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// True for the server inside this program.
    #[serde(default, skip_serializing_if = "is_false")]
    pub builtin: bool,
    /// The plugin's program: a bare name or an absolute path; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plugin: String,
    /// The plugin's options as they came. Some plugins have passwords there.
    #[serde(default, with = "password", skip_serializing_if = "is_empty")]
    pub plugin_opts: Password,
    /// The options where they could not be opened yet; the other is empty then.
    #[serde(default, rename = "plugin_opts_sealed", skip_serializing_if = "Option::is_none")]
    pub opts_sealed: Option<Sealed>,
    /// The user has said that this plugin may run. A link cannot say that.
    #[serde(default, skip_serializing_if = "is_false")]
    pub plugin_approved: bool,
    /// The user has said that this unsafe method may be used. A link cannot say that.
    #[serde(default, skip_serializing_if = "is_false")]
    pub legacy_approved: bool,
    /// One-time authentication is sent, where the method has it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub one_time_auth: bool,
    /// The user's notes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// It came from a subscription, which goes on saying what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_list: Option<FromList>,
    /// What else the file says about it.
    #[serde(flatten)]
    pub extra: Unknown,
}

/// Where a profile's traffic goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Through {
    /// The server inside this program.
    Builtin,
    /// A server elsewhere.
    Server(ServerConfig),
    /// A server elsewhere that is reached through a plugin, and in no other way.
    Plugged {
        /// The server, at its own address.
        server: ServerConfig,
        /// The plugin.
        plugin: PluginSpec,
    },
}

impl Profile {
    /// The profile of the server inside this program. There is at most one, so its id is fixed.
    #[must_use]
    pub fn builtin() -> Profile {
        Profile {
            id: "builtin".to_owned(),
            name: BUILTIN_NAME.to_owned(),
            method: builtin::METHOD.name().to_owned(),
            builtin: true,
            ..Profile::default()
        }
    }

    /// A new id.
    #[must_use]
    pub fn new_id() -> String {
        Uuid::new_v4().to_string()
    }

    /// Where the server stands, if host and port say that.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        Address::from_host(&self.server, self.port).ok()
    }

    /// Whether its password or the options of its plugin are sealed. One that stands there open is the newer one.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.password_locked() || self.opts_locked()
    }

    /// Whether its password is sealed.
    #[must_use]
    pub fn password_locked(&self) -> bool {
        self.sealed.is_some() && is_empty(&self.password)
    }

    /// Whether the options of its plugin are sealed.
    #[must_use]
    pub fn opts_locked(&self) -> bool {
        self.opts_sealed.is_some() && is_empty(&self.plugin_opts)
    }

    /// What the relay is to do with this profile.
    ///
    /// # Errors
    /// When it cannot be used: its password is still sealed, its fields, which another program may have written, do not add up to a server, or its
    /// unsafe method or its plugin is not approved.
    pub fn through(&self) -> Result<Through, Problem> {
        if self.builtin {
            return Ok(Through::Builtin);
        }
        if self.is_locked() {
            return Err(Problem::PasswordLocked);
        }
        let bad = |FieldProblem { field, fault }| Problem::BadProfile { field, fault };
        let server = check::server(self).map_err(bad)?;
        if server.method().is_legacy() && !self.legacy_approved {
            return Err(Problem::LegacyUnapproved { method: server.method().name().to_owned() });
        }
        match check::plugin(&self.plugin, self.plugin_opts.as_str()).map_err(bad)? {
            None => Ok(Through::Server(server)),
            Some(_) if !self.plugin_approved => Err(Problem::PluginUnapproved { name: self.plugin.clone() }),
            Some(plugin) => Ok(Through::Plugged { server, plugin }),
        }
    }

    /// The name; where there is none, `host:port`, or what the built-in one is called, which has no address. Fit to be
    /// shown: other programs may have written anything into the file.
    #[must_use]
    pub fn title(&self) -> String {
        match (clean_name(&self.name), self.address()) {
            (Some(name), _) => name,
            (None, _) if self.builtin => BUILTIN_NAME.to_owned(),
            (None, Some(address)) => address.to_string(),
            (None, None) => clean_name(&format!("{}:{}", self.server, self.port)).unwrap_or_default(),
        }
    }

    /// Whether it came from this subscription.
    #[must_use]
    pub fn is_from(&self, subscription: &str) -> bool {
        self.from_list.as_ref().is_some_and(|from| from.subscription == subscription)
    }

    /// Whether it came from a list that does not have it any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.from_list.as_ref().is_some_and(|from| from.gone)
    }

    /// As it is shown: everything but what is secret.
    #[must_use]
    pub fn view(&self) -> ProfileView {
        ProfileView {
            id: self.id.clone(),
            title: self.title(),
            name: self.name.clone(),
            server: self.server.clone(),
            port: self.port,
            method: self.method.clone(),
            password_locked: self.is_locked(),
            builtin: self.builtin,
            plugin: self.plugin.clone(),
            plugin_opts: masked(self.plugin_opts.as_str()),
            plugin_approved: self.plugin_approved,
            legacy: check::is_legacy(&self.method),
            legacy_approved: self.legacy_approved,
            one_time_auth: self.one_time_auth,
            notes: self.notes.clone(),
            subscription: self.from_list.as_ref().map(|from| from.subscription.clone()),
            gone: self.is_gone(),
        }
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile").field("id", &self.id).field("method", &self.method).finish_non_exhaustive()
    }
}

/// Serde calls this with a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}

pub(crate) fn is_empty(secret: &Password) -> bool {
    secret.as_str().is_empty()
}

/// The one place where a password is written out: the profile file, which only its owner can read.
pub(crate) mod password {
    use parasol_proto::Password;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(password: &Password, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(password.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
        String::deserialize(deserializer).map(Password::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_without_a_name_is_called_by_its_address_and_the_built_in_one_by_what_it_is() {
        let title = |name: &str, profile: Profile| {
            let view = Profile { name: name.to_owned(), ..profile }.view();
            assert_eq!(view.name, name, "the editor is shown what was typed");
            view.title
        };
        let server = Profile { server: "2001:db8::1".to_owned(), port: 8388, ..Profile::default() };
        assert_eq!(title("Tokyo", server.clone()), "Tokyo");
        assert_eq!(title("", server), "[2001:db8::1]:8388");
        assert_eq!(title("Practice", Profile::builtin()), "Practice");
        assert_eq!(title("", Profile::builtin()), "Built-in server");
    }

    #[test]
    fn whatever_the_file_says_a_title_is_one_line_in_its_own_direction_and_not_endless() {
        let title = |name: &str, server: &str| {
            Profile { name: name.to_owned(), server: server.to_owned(), port: 1, ..Profile::default() }.title()
        };
        assert_eq!(title("a\u{202e}b\n<i>\0c", ""), "ab<i>c");
        assert_eq!(title("\u{202e}\n", "a.example"), "a.example:1");
        assert_eq!(title("", "no\nhost\u{2066}"), "nohost:1");
        assert_eq!(title(&"x".repeat(100_000), "").chars().count(), 256);
        assert_eq!(title("", &"x".repeat(100_000)).chars().count(), 256);
    }
}
