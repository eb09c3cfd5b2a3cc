//! `ServerPort`: what the ports of a server have in common, those that a manager adds among them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use parasol_app::manager::{MakePort, ManagedPort};
use parasol_app::relay::{Egress, PortMode, RelaySpec};
use parasol_proto::manager::NewPort;
use parasol_proto::{Access, AccessError, Method};

use super::{carried, legacy};
use crate::config_file::{ConfigFile, UserEntry};
use crate::fault::Fault;
use crate::password::{self, Secret};

#[derive(Debug, Clone)]
pub(super) struct ServerPort {
    pub(super) ip: IpAddr,
    pub(super) method: Method,
    pub(super) one_time_auth: bool,
    /// Also for the ports that are added later.
    pub(super) allow_legacy: bool,
    pub(super) mode: PortMode,
    pub(super) egress: Egress,
    /// Whom it serves; otherwise whoever has the password.
    pub(super) users: Option<Arc<[UserEntry]>>,
}

impl ServerPort {
    /// A port of this number.
    pub(super) fn spec(&self, port: u16, secret: &Secret) -> Result<RelaySpec, Fault> {
        let mut access = Access::new(self.method, secret.expose()).map_err(|error| match error {
            AccessError::Key(source) => Fault::BadPassword { method: self.method.name(), source },
            AccessError::Identities => Fault::ServerIdentities,
        })?;
        if let Some(users) = &self.users {
            let users = users.iter().map(|user| (&*user.name, user.password.expose()));
            access = access.with_users(users).map_err(|source| Fault::BadUsers { source })?;
        }
        if self.one_time_auth {
            access = access.with_one_time_auth().map_err(|source| Fault::OneTimeAuth { source })?;
        }
        Ok(RelaySpec::server(SocketAddr::new(self.ip, port), access, self.egress).mode(self.mode))
    }

    /// The port of another one of a file's `servers`. What it does not say is as with the first, but for its password, and
    /// for users that the first names for itself alone, as in shadowsocks-rust.
    pub(super) fn beside(&self, own: &ConfigFile, warnings: &mut Vec<String>) -> Result<RelaySpec, Fault> {
        if own.plugin.is_some() {
            return Err(Fault::SecondPlugin);
        }
        let port = ServerPort {
            ip: own.server.as_ref().map_or(Ok(self.ip), |host| super::listen_ip(Some(host), Ipv4Addr::UNSPECIFIED))?,
            method: own
                .method
                .as_deref()
                .map_or(Ok(self.method), |name| super::method(Some(name), self.allow_legacy))?,
            one_time_auth: self.one_time_auth || own.one_time_auth,
            mode: own.mode.as_deref().map_or(Ok(self.mode), carried::mode)?,
            users: own.users.clone(),
            ..self.clone()
        };
        let secret = &password::of(port.method, own.password.as_ref())?;
        if port.method != self.method {
            warnings.extend(legacy::warning(port.method));
        }
        let number = own.server_port.ok_or(Fault::NoServerPort)?;
        if self.users.is_some() && port.users.is_none() {
            warnings.push(format!(
                "whoever has the password of port {number} is served there: the \"users\" of another server are not its own"
            ));
        }
        port.spec(number, secret)
    }

    /// Makes ports of what a manager asks for. What it does not say is as with the others; so a server with users has
    /// none that is open to whoever has its password, whatever that is.
    pub(super) fn maker(self) -> MakePort {
        Box::new(move |new| self.make(new).map_err(|fault| fault.to_string()))
    }

    fn make(&self, new: &NewPort) -> Result<ManagedPort, Fault> {
        let method =
            new.method.as_deref().map_or(Ok(self.method), |name| super::method(Some(name), self.allow_legacy))?;
        let mode = new.mode.as_deref().map(carried::mode).transpose()?.unwrap_or(self.mode);
        let users = match &new.users {
            Some(users) => Some(users.iter().map(UserEntry::from).collect()),
            None => self.users.clone(),
        };
        let one_time_auth = self.one_time_auth || new.one_time_auth;
        let port = ServerPort { method, mode, one_time_auth, users, ..self.clone() };
        let spec = port.spec(new.port, &Secret::from(new.password.clone()))?;
        let warning = legacy::warning(method).filter(|_| method != self.method);
        Ok(ManagedPort { password: new.password.clone(), method: method.name(), spec, warning })
    }
}
