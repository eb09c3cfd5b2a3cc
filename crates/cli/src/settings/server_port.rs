//! `ServerPort`: what the ports of a server have in common, those that a manager adds among them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use parasol_app::manager::{MakePort, ManagedPort};
use parasol_app::relay::{Egress, PortMode, RelaySpec};
use parasol_proto::manager::NewPort;
use parasol_proto::{Key, Method};

use super::carried;
use crate::config_file::ConfigFile;
use crate::fault::Fault;
use crate::password::Secret;

#[derive(Debug, Clone, Copy)]
pub(super) struct ServerPort {
    pub(super) ip: IpAddr,
    pub(super) method: Method,
    pub(super) mode: PortMode,
    pub(super) egress: Egress,
}

impl ServerPort {
    /// A port of this number.
    pub(super) fn spec(&self, port: u16, secret: &Secret) -> Result<RelaySpec, Fault> {
        let key = Key::from_password(self.method, secret.expose())
            .map_err(|source| Fault::BadPassword { method: self.method.name(), source })?;
        if key.identity_count() > 0 {
            return Err(Fault::ServerIdentities);
        }
        let listen = SocketAddr::new(self.ip, port);
        Ok(RelaySpec::server(listen, self.method, key, self.egress).mode(self.mode))
    }

    /// The port of another one of a file's `servers`. What it does not say is as with the first, but for its password.
    pub(super) fn beside(self, own: &ConfigFile) -> Result<RelaySpec, Fault> {
        if own.plugin.is_some() {
            return Err(Fault::SecondPlugin);
        }
        let port = ServerPort {
            ip: own.server.as_ref().map_or(Ok(self.ip), |host| super::listen_ip(Some(host), Ipv4Addr::UNSPECIFIED))?,
            method: own.method.as_deref().map_or(Ok(self.method), |name| super::method(Some(name)))?,
            mode: own.mode.as_deref().map_or(Ok(self.mode), carried::mode)?,
            ..self
        };
        let secret = own.password.as_ref().ok_or(Fault::NoPassword)?;
        port.spec(own.server_port.ok_or(Fault::NoServerPort)?, secret)
    }

    /// Makes ports of what a manager asks for; what it does not say is as with the others.
    pub(super) fn maker(self) -> MakePort {
        Box::new(move |new| self.make(new).map_err(|fault| fault.to_string()))
    }

    fn make(self, new: &NewPort) -> Result<ManagedPort, Fault> {
        if !new.users.is_empty() {
            return Err(Fault::ManagedUsers);
        }
        let method = new.method.as_deref().map(|name| super::method(Some(name))).transpose()?.unwrap_or(self.method);
        let mode = new.mode.as_deref().map(carried::mode).transpose()?.unwrap_or(self.mode);
        let spec = ServerPort { method, mode, ..self }.spec(new.port, &Secret::from(new.password.clone()))?;
        Ok(ManagedPort { password: new.password.clone(), method: method.name(), spec })
    }
}
