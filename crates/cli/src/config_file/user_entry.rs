//! `UserEntry`: one of the `users` of a server of shadowsocks-rust (SIP023).

use parasol_proto::Password;

use super::entry::{Entry, fault};
use super::from_variable;
use crate::fault::Fault;
use crate::password::Secret;

/// A name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserEntry {
    pub(crate) name: String,
    pub(crate) password: Secret,
}

impl UserEntry {
    /// The objects of an array. Keys that mean nothing here go to `unknown`.
    pub(super) fn list(entry: Entry<'_>, unknown: &mut Vec<String>) -> Result<Vec<UserEntry>, Fault> {
        let mut users = Vec::new();
        for (index, user) in entry.objects("users")?.into_iter().enumerate() {
            let origin = &*format!("users[{index}]");
            let (mut name, mut password) = (None, None);
            for (key, value) in user {
                let value = Entry { origin, value };
                match key.as_str() {
                    "name" => name = Some(value.text("name")?),
                    "password" => password = Some(Secret::from(from_variable(value.text("password")?))),
                    _ => unknown.push(format!("{origin}.{key}")),
                }
            }
            users.push(UserEntry {
                name: name.ok_or_else(|| fault(origin, "name", "there"))?,
                password: password.ok_or_else(|| fault(origin, "password", "there"))?,
            });
        }
        Ok(users)
    }
}

/// As a manager says it.
impl From<&(String, Password)> for UserEntry {
    fn from((name, password): &(String, Password)) -> UserEntry {
        UserEntry { name: name.clone(), password: Secret::from(password.clone()) }
    }
}
