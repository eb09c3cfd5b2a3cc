use std::net::{TcpListener, UdpSocket};

use super::*;

#[test]
fn a_listener_of_ours_is_found_with_name_and_pid() {
    let bound = ["127.0.0.1:0", "0.0.0.0:0"].map(|address| TcpListener::bind(address).unwrap());
    for listener in bound {
        let port = listener.local_addr().unwrap().port();
        let owner = port_owner(SocketAddr::from(([127, 0, 0, 1], port)), Transport::Tcp).expect("somebody listens");
        assert_eq!(owner.pid, Some(std::process::id()));
        let own_name = fs::read_to_string("/proc/self/comm").unwrap();
        assert_eq!(owner.process.as_deref(), Some(own_name.trim_end()));
        drop(listener);
    }
}

#[test]
fn a_holder_of_datagrams_is_told_from_one_of_connections() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let holder = port_owner(address, Transport::Udp).expect("somebody holds it");
    assert_eq!(holder.pid, Some(std::process::id()));
    // Another test of this program may listen there over TCP, and nobody else.
    assert!(port_owner(address, Transport::Tcp).is_none_or(|owner| owner.pid == Some(std::process::id())));
    // One that is connected takes nobody's place on another address.
    socket.connect("127.0.0.1:9").unwrap();
    assert_eq!(port_owner(address, Transport::Udp), None);
}

#[test]
fn a_port_that_is_bound_and_released_has_no_owner() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(port_owner(address, Transport::Tcp), None);
}

#[cfg(target_endian = "little")]
#[test]
fn only_whole_lines_of_listening_sockets_are_read() {
    let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0438 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51966 1 0000000028530e23 100 0 0 10 0
   1: 0100007F:0439 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 51967 1 0000000028530e23 100 0 0 10 0
   2: 0100007F:043A 00000000:0000 0A 00000000:000000
   3: 0100007:0438 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51968 1 x
   4: \u{e9}100007F:0438 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51968 1 x
   5: 00000000000000000000000001000000:0438 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 7 1 x
   6: 0000000000000000FFFF00000100007F:0438 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 8 1 x

not a line
";
    let expected = [("127.0.0.1:1080", 51966), ("[::1]:1080", 7), ("127.0.0.1:1080", 8)]
        .map(|(address, inode)| Listener { address: address.parse().unwrap(), inode });
    assert_eq!(listeners(table, LISTEN), expected);
}

#[test]
fn listeners_on_every_interface_conflict_and_other_addresses_do_not() {
    let cases = [
        ("127.0.0.1:1080", "127.0.0.1:1080", true),
        ("0.0.0.0:1080", "127.0.0.1:1080", true),
        ("[::]:1080", "127.0.0.1:1080", true),
        ("[::]:1080", "[::1]:1080", true),
        ("192.0.2.1:1080", "0.0.0.0:1080", true),
        ("192.0.2.1:1080", "[::]:1080", true),
        ("127.0.0.1:1080", "[::ffff:127.0.0.1]:1080", true),
        ("0.0.0.0:1080", "[::1]:1080", false),
        ("192.0.2.1:1080", "127.0.0.1:1080", false),
        ("0.0.0.0:1081", "127.0.0.1:1080", false),
        ("[::1]:1080", "127.0.0.1:1080", false),
    ];
    for (listener, wanted, expected) in cases {
        let found = conflict(listener.parse().unwrap(), wanted.parse().unwrap());
        assert_eq!(found, expected, "{listener} and {wanted}");
    }
}
