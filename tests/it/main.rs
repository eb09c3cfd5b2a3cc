//! The parts together, against other people's programs, on loopback.
//!
//! | module | what it shows |
//! |---|---|
//! | [`interop`] | 16 MiB both ways for every method, with ss-server, ss-local, sing-box and ourselves |
//! | [`clients`] | curl over every protocol of the mixed port |
//! | [`half_close`] | either side may finish first, either may talk first |
//! | [`greetings`] | cut, wrong and hostile input on the mixed port |
//! | [`pressure`] | a side that does not read stops the other; a side that is lost ends the flow; many at once |
//! | [`verdicts`] | what a bad server, name or key is called, and that the relay goes on |
//! | [`egress`] | what the server role does not dial |
//! | [`probes`] | what the server role says to those without the key: nothing |
//! | [`limits`] | a taken port, no descriptors left |
//! | [`stopping`] | stop ends every flow; signals end the program |
//! | [`plugins`] | other people's plugins carry it; a bad one harms nobody |
//! | [`program`] | `parasol` as a person runs it |

mod clients;
mod egress;
mod greetings;
mod half_close;
mod interop;
mod limits;
mod plugins;
mod pressure;
mod probes;
mod program;
mod running;
mod stopping;
mod verdicts;
