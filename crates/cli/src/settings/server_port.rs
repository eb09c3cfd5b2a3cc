//! `ServerPort`: what the ports of a server have in common, those that a manager adds among them.

use std::net::{IpAddr, SocketAddr};

use parasol_app::manager::{MakePort, ManagedPort};
use parasol_app::relay::{Egress, PortMode, RelaySpec};
use parasol_proto::manager::NewPort;
use parasol_proto::{Key, Method};

use super::carried;
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
