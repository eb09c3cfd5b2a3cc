use super::*;

const DEADLINES: Deadlines = Deadlines {
    handshake: Duration::from_secs(10),
    resolve: Duration::from_secs(10),
    connect: Duration::from_secs(10),
    first_byte: Duration::from_secs(60),
    idle: Duration::from_secs(300),
    half_closed: Duration::from_secs(40),
    udp_idle: Duration::from_secs(200),
};

fn flow() -> Flow {
    let listen = SocketAddr::from(([127, 0, 0, 1], 1080));
    let port = Arc::new(Port::new("test".to_owned(), listen, Arc::new(())));
    Flow::new(FlowId(1), port, listen, Arc::new(Clock::new()))
}

/// The queue asks when it was told to; returns the tick at which it is told that the time is up.
fn asked_until_due(flow: &Flow, mut now: Tick) -> Tick {
    loop {
        match flow.due(now, &DEADLINES) {
            Due::Now => return now,
            Due::At(later) => {
                assert!(later > now, "the queue must not ask twice in a tick");
                now = later;
            }
        }
    }
}

#[test]
fn a_side_that_finishes_after_the_first_look_shortens_the_wait() {
    let flow = Flow::streaming(true);
    flow.moved(Direction::Rx, 1);
    let first = flow.next_look(&DEADLINES);
    let Due::At(second) = flow.due(first, &DEADLINES) else { panic!("it may be idle for 300 s") };
    flow.clock.set(first + 1);
    flow.touch();
    flow.finished(Direction::Tx);
    let late = second.max(first + 1 + ticks(DEADLINES.half_closed)) + ticks(DEADLINES.half_closed);
    assert!(asked_until_due(&flow, second) <= late);
}

#[test]
fn a_silent_stream_is_given_up_at_its_own_deadline() {
    let idle = Flow::streaming(true);
    assert_eq!(asked_until_due(&idle, 0), ticks(DEADLINES.idle), "nothing was asked of the server");
    let unanswered = Flow::streaming(true);
    unanswered.moved(Direction::Tx, 1);
    assert_eq!(asked_until_due(&unanswered, 0), ticks(DEADLINES.first_byte));
    let direct = Flow::streaming(false);
    direct.moved(Direction::Tx, 1);
    assert_eq!(asked_until_due(&direct, 0), ticks(DEADLINES.idle));
    assert_eq!(asked_until_due(&flow(), 0), ticks(DEADLINES.handshake));
}

#[test]
fn what_is_held_to_the_handshake_ends_with_it_in_every_stage_before_the_stream() {
    let end = ticks(DEADLINES.handshake);
    for stage in [Stage::Handshake, Stage::Resolve, Stage::Connect] {
        let flow = flow();
        flow.hold_to_handshake(&DEADLINES);
        flow.clock.set(end - 2);
        if stage != Stage::Handshake {
            flow.enter(stage);
        }
        let looked_at = if stage == Stage::Handshake { end } else { 2 };
        assert!(flow.next_look(&DEADLINES) <= looked_at, "{stage:?}: no later than it ends");
        assert_eq!(asked_until_due(&flow, end - 2), end, "{stage:?}");
        flow.enter(Stage::Stream);
        assert_eq!(asked_until_due(&flow, end - 2), end - 2 + ticks(DEADLINES.idle), "{stage:?}");
    }
}

#[test]
fn who_finished_first_decides_how_a_stream_ends() {
    for (server, rx, first, end) in [
        (true, 0, Direction::Rx, FlowEnd::BadPeer(PeerFault::Closed)),
        (true, 0, Direction::Tx, FlowEnd::Done),
        (true, 1, Direction::Rx, FlowEnd::Done),
        (false, 0, Direction::Rx, FlowEnd::Done),
    ] {
        let flow = Flow::streaming(server);
        if rx > 0 {
            flow.moved(Direction::Rx, rx);
        }
        flow.finished(first);
        flow.finished(if first == Direction::Rx { Direction::Tx } else { Direction::Rx });
        assert_eq!(flow.end_of_stream(), end, "{server} {rx} {first:?}");
    }
}

#[tokio::test]
async fn a_silence_after_a_side_finished_is_how_many_clients_leave() {
    for (server, rx, first, end) in [
        (true, 1, None, FlowEnd::TimedOut),
        (true, 0, None, FlowEnd::TimedOut),
        (true, 1, Some(Direction::Tx), FlowEnd::Done),
        (true, 1, Some(Direction::Rx), FlowEnd::Done),
        (true, 0, Some(Direction::Tx), FlowEnd::Done),
        (true, 0, Some(Direction::Rx), FlowEnd::BadPeer(PeerFault::Closed)),
        (false, 0, Some(Direction::Rx), FlowEnd::Done),
    ] {
        let flow = Flow::streaming(server);
        if rx > 0 {
            flow.moved(Direction::Rx, rx);
        }
        if let Some(first) = first {
            flow.finished(first);
        }
        flow.time_out();
        assert_eq!(flow.ended().await, end, "{server} {rx} {first:?}");
    }
}

#[tokio::test]
async fn the_first_reason_to_end_a_flow_stays() {
    type Reason = (fn(&Flow), FlowEnd);
    let reasons: [Reason; 3] = [
        (Flow::time_out, FlowEnd::TimedOut),
        (Flow::give_way, FlowEnd::Refused(RefusedCause::NoRoom)),
        (Flow::cancel, FlowEnd::Cancelled),
    ];
    for (first, end) in &reasons {
        for (second, _) in &reasons {
            let flow = flow();
            first(&flow);
            second(&flow);
            assert_eq!(flow.ended().await, *end);
        }
    }
}

#[test]
fn a_flow_tells_its_steps_in_order_and_once() {
    #[derive(Default)]
    struct Steps(Mutex<Vec<(u16, Step, bool, Duration)>>);
    impl crate::stats::StatCallback for Steps {
        fn step(&self, port: u16, step: Step, server: Option<&Address>, took: Duration) {
            self.0.lock().unwrap().push((port, step, server.is_some(), took));
        }
    }
    let steps = Arc::new(Steps::default());
    let listen = SocketAddr::from(([127, 0, 0, 1], 1080));
    let port = Arc::new(Port::new("test".to_owned(), listen, Arc::clone(&steps) as Arc<_>));
    let asked = Duration::from_millis(7);
    let server = Address::from(listen);
    for server in [None, Some(&server)] {
        let flow = Flow::new(FlowId(1), Arc::clone(&port), listen, Arc::new(Clock::new()));
        flow.requested(asked, &Address::from(listen), server);
        flow.enter(Stage::Resolve);
        flow.enter(Stage::Connect);
        flow.enter(Stage::Stream);
        for direction in [Direction::Tx, Direction::Rx, Direction::Rx, Direction::Tx] {
            flow.moved(direction, 1);
        }
        let told = std::mem::take(&mut *steps.0.lock().unwrap());
        let names: Vec<_> = told.iter().map(|(port, step, through, _)| (*port, *step, *through)).collect();
        let expected = [Step::Requested, Step::Connected, Step::FirstByte].map(|step| (1080, step, server.is_some()));
        assert_eq!(names, expected);
        assert_eq!(told[0].3, asked);
        assert!(told.iter().all(|(_, step, _, took)| *step == Step::Requested || *took <= flow.accepted.elapsed()));
    }
}

/// Whatever comes first, and whoever else waits.
#[tokio::test]
async fn everybody_who_waits_hears_of_a_change_once_and_of_the_end() {
    let flow = Flow::streaming(true);
    let (mut one, mut two) = (flow.changes(), flow.changes());
    let change = Arc::new(NetworkChange::default());
    let hear = async {
        tokio::task::yield_now().await;
        flow.hear(Arc::clone(&change));
    };
    let (first, second, ()) = tokio::join!(flow.word(&mut one), flow.word(&mut two), hear);
    assert!(matches!((first, second), (Word::Network(_), Word::Network(_))));
    assert!(tokio::time::timeout(Duration::ZERO, flow.word(&mut one)).await.is_err(), "once");
    // One that was spoken while nobody listened is heard later, and only the last of several.
    flow.hear(Arc::clone(&change));
    flow.hear(Arc::new(NetworkChange { addresses: Some([].into()) }));
    let Word::Network(last) = flow.word(&mut one).await else { panic!("it goes on") };
    assert!(last.addresses.is_some());
    let end = async {
        tokio::task::yield_now().await;
        flow.leave(&"192.0.2.1:80".parse().unwrap());
    };
    let (ended, word, ()) = tokio::join!(flow.ended(), flow.word(&mut one), end);
    assert_eq!(ended, FlowEnd::Stranded);
    assert!(matches!(word, Word::End(FlowEnd::Stranded)));
}

#[test]
fn only_flows_through_the_server_that_is_left_end() {
    let (through, direct) = (Flow::streaming(true), Flow::streaming(false));
    for flow in [&through, &direct] {
        flow.leave(&"192.0.2.2:80".parse().unwrap());
        assert_eq!(flow.end(), None);
        flow.leave(&"192.0.2.1:80".parse().unwrap());
    }
    assert_eq!((through.end(), direct.end()), (Some(FlowEnd::Stranded), None));
}
