//! The parts together, against other people's programs, on loopback.
//!
//! | module | what it shows |
//! |---|---|
//! | [`imports`] | what `parasol import` tells a program, and that a preview saves nothing |
//! | [`interop`] | 16 MiB both ways for every method, with ss-server, ss-local, sing-box and ourselves |
//! | [`carried`] | TCP, UDP or both, and from where, as `parasol` is told |
//! | [`matrix`] | every method with every program that knows it, both roles, TCP and UDP |
//! | [`clients`] | curl over every protocol of the mixed port |
//! | [`log`] | what the log says of a relay at work |
//! | [`logins`] | who is let in on a port with a login |
//! | [`routes`] | which target goes where, by which rule |
//! | [`pac`] | the script that programs go by says what the rules say |
//! | [`scripts`] | who gets that script |
//! | [`tunnels`] | a port with one target |
//! | [`dns`] | who is asked for which name, what clients get, and what the DNS port survives |
//! | [`heavy`] | flows that move much go on elsewhere, and nothing of them is lost |
//! | [`half_close`] | either side may finish first, either may talk first |
//! | [`plain_http`] | a forwarded request arrives whole, and nothing of the next one with it |
//! | [`greetings`] | cut, wrong and hostile input on the mixed port |
//! | [`pressure`] | a side that does not read stops the other; a side that is lost ends the flow; many at once |
//! | [`rounds`] | the same load of every kind twice, and what it leaves behind |
//! | [`verdicts`] | what a bad server, name or key is called, and that the relay goes on |
//! | [`refusals`] | what a client hears when nothing can be reached, in every protocol |
//! | [`losses`] | what is cut, changed or reset on its way is a reset to whoever reads it |
//! | [`unproven`] | legacy methods: what proves nothing gets little |
//! | [`users`] | servers with users: each is known, and who is none hears nothing |
//! | [`replays`] | a recorded request is served once |
//! | [`steps`] | how long the steps of a flow took, as told |
//! | [`egress`] | what the server role does not dial |
//! | [`probes`] | what the server role says to those without the key: nothing |
//! | [`hostile_clients`] | silence, noise and floods on the mixed port |
//! | [`hostile_servers`] | answers byte by byte, of other times and requests, cut, replayed, or noise |
//! | [`name_servers`] | answers that are late, wrong, endless or malformed |
//! | [`limits`] | a taken port, no descriptors left, as many connections as there may be |
//! | [`manager`] | `parasol server` at a manager's commands |
//! | [`ports`] | ports added and removed while an engine runs |
//! | [`networks`] | what a change of network, and a sleep, does to flows |
//! | [`stopping`] | stop ends every flow; signals end the program |
//! | [`plugins`] | other people's plugins carry it; a bad one harms nobody |
//! | [`subscriptions`] | lists of servers from a real host |
//! | [`options`] | the options and files of other programs, given to `parasol` |
//! | [`udp`] | datagrams of every length and method, with ss-server, ss-local, sing-box and ourselves |
//! | [`udp_clients`] | what clients of an association may not do, and when it ends |
//! | [`udp_servers`] | bad, replayed and roaming packets, at both ends |
//! | [`promises`] | the tests that the documents name are there |
//! | [`program`] | `parasol` as a person runs it |
//! | [`leading`] | ports that are led to another server while flows run |
//! | [`diagnosis`] | faults put in one by one, each named by the diagnosis and by `parasol check` |
//! | [`ladder`] | what a test of a server says of those that work and those that fail at each step |

mod carried;
mod clients;
mod diagnosis;
mod dns;
mod egress;
mod exports;
mod greetings;
mod half_close;
mod heavy;
mod hostile_clients;
mod hostile_servers;
mod imports;
mod interop;
mod ladder;
mod leading;
mod limits;
mod log;
mod logins;
mod losses;
mod manager;
mod matrix;
mod name_servers;
#[cfg(target_os = "linux")]
mod networks;
mod options;
mod pac;
mod plain_http;
mod plugins;
mod ports;
mod pressure;
mod probes;
mod program;
mod promises;
mod refusals;
mod replays;
mod rounds;
mod routes;
mod running;
mod scripts;
mod steps;
mod stopping;
mod subscriptions;
mod tunnels;
mod udp;
mod udp_clients;
mod udp_servers;
mod unproven;
mod users;
mod verdicts;
mod wire;
