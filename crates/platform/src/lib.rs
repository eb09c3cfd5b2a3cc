//! The machine's own settings and facts, each behind one small contract.
//!
//! - [`system_proxy`] – the desktop's proxy settings, held as a lease: what was there is on disk before the first
//!   change and is put back on release, or at the next start.
//! - [`port_owner()`] – which process holds a port that we wanted; [`reserved_ports()`] – or that the system keeps it.
//! - [`ClientPrograms`] – which program of this machine a connection to a port of ours came from.
//! - [`key_store`] – where the system keeps secrets for its user.
//! - [`link_opener`] – whom the desktop starts when a link is pressed.
//! - [`each_user`] – what is done for every user when a package is removed.
//! - [`clock_settings`] – the system's settings of date and time, shown to the user.
//! - [`login_start`] – whether the desktop starts us when its user logs in.
//! - [`ControlSocket`] – where other processes of this user speak to the Parasol that runs, and where a second one finds it.
//! - [`private_file`] – files that only their owner can read.
//! - [`hide_arguments`] – secret ones, in the list of processes.
//! - [`Child`] – a program of somebody else's that does not outlive us.
//! - [`ManagerSocket`] – where another program's commands come in, from its owner alone where the system can tell.
//! - [`raise_descriptor_limit`], [`limit_descriptors`] – as many connections as the system lets a program have.
//! - [`give_back_code_pages`] – less memory once the program has started.
//! - [`NetworkWatch`] – that the network has changed, or the machine has slept.
//! - [`screens`] – pictures of what is to be seen on them.
//! - [`StopSignal`] – what asks a program to end.
//!
//! This is the only crate with per-OS `cfg`. Deliberately not here: decisions (when to take the proxy, what to say to
//! the user) and anything about the relay. Calls block, so async callers use a blocking thread; `StopSignal`, `Child`,
//! `ControlSocket`, `ManagerSocket`, `NetworkWatch` and `Screens` alone wait.

mod arguments;
mod child;
mod client_program;
pub mod clock_settings;
mod code_pages;
mod control;
mod descriptors;
#[cfg(any(not(target_os = "macos"), test))]
mod desktop_entry;
pub mod each_user;
pub mod key_store;
pub mod link_opener;
pub mod login_start;
mod manager_socket;
pub mod network;
mod port_owner;
pub mod private_file;
#[cfg(target_os = "linux")]
mod proc_net;
pub mod screens;
mod stop_signal;
pub mod system_proxy;

pub use arguments::hide as hide_arguments;
pub use child::Child;
pub use client_program::{ClientProgram, ClientPrograms, Incoming};
pub use code_pages::give_back_code_pages;
pub use control::{ControlPath, ControlSocket, ControlStream};
pub use descriptors::{descriptor_limit, limit_descriptors, raise_descriptor_limit};
pub use manager_socket::{CommandSender, ManagerSocket};
pub use network::NetworkWatch;
pub use port_owner::{PortOwner, Transport, port_owner, reserved_ports};
pub use stop_signal::StopSignal;
