//! What is made of every end, in every stage, with and without bytes each way.

use super::*;

const STAGES: [Stage; Stage::COUNT] =
    [Stage::Handshake, Stage::Resolve, Stage::Connect, Stage::Stream, Stage::Associate, Stage::Closed];

fn flow(end: FlowEnd, stage: Stage, tx: u64, rx: u64, through_server: bool, idle: u64) -> FlowSummary {
    let client = SocketAddr::from(([127, 0, 0, 1], 50_000));
    FlowSummary {
        id: FlowId(1),
        port: 1080,
        client,
        target: None,
        server: through_server.then(|| Address::from(client)),
        route: None,
        rule: None,
        user: None,
        started: SystemTime::UNIX_EPOCH,
        entered: StageTimes::default(),
        first_sent: None,
        first_byte: None,
        lived: Duration::from_secs(60),
        idle: Duration::from_secs(idle),
        tx,
        rx,
        finished_first: None,
        stage,
        end,
    }
}

/// Every stage, with and without bytes up and down, through a server and not, quiet for no time and for an hour.
fn everywhere(end: &FlowEnd) -> Vec<FlowSummary> {
    let mut all = Vec::new();
    for stage in STAGES {
        for (tx, rx) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            for through_server in [false, true] {
                for idle in [0, 3600] {
                    all.push(flow(end.clone(), stage, tx, rx, through_server, idle));
                }
            }
        }
    }
    all
}

#[test]
fn most_ends_mean_the_same_wherever_they_come() {
    for (end, verdict) in [
        (FlowEnd::Cancelled, Verdict::Cancelled),
        (FlowEnd::Blocked, Verdict::Blocked),
        (FlowEnd::Refused(RefusedCause::ClientLeft), Verdict::Done),
        (FlowEnd::Refused(RefusedCause::NoRoom), Verdict::NoResources),
        (FlowEnd::Refused(RefusedCause::Malformed), Verdict::BadRequest),
        (FlowEnd::Refused(RefusedCause::Command), Verdict::BadRequest),
        (FlowEnd::Refused(RefusedCause::Login), Verdict::LoginRefused),
        (FlowEnd::ResolveFailed(ResolveFailure::NotFound), Verdict::NameNotFound),
        (FlowEnd::ResolveFailed(ResolveFailure::NoAnswer), Verdict::NameTimedOut),
        (FlowEnd::DialFailed(DialFailure::NoAnswer), Verdict::NoAnswer),
        (FlowEnd::DialFailed(DialFailure::Refused), Verdict::Refused),
        (FlowEnd::DialFailed(DialFailure::Unreachable), Verdict::Unreachable),
        (FlowEnd::DialFailed(DialFailure::NoResources), Verdict::NoResources),
        (FlowEnd::BadPeer(PeerFault::Closed), Verdict::ServerClosed),
        (FlowEnd::BadPeer(PeerFault::Lost), Verdict::Done),
    ] {
        for flow in everywhere(&end) {
            assert_eq!(flow.verdict(), verdict, "{flow:?}");
        }
    }
}

/// Without a server of its own, the other end of the sealed stream is the client.
#[test]
fn a_stream_that_is_not_sealed_is_the_servers_or_the_clients_fault() {
    for (fault, of_server) in [
        (PeerFault::NotAuthentic, Verdict::BadAnswer),
        (PeerFault::ClockSkew, Verdict::WrongClock),
        (PeerFault::Replay, Verdict::BadAnswer),
    ] {
        for flow in everywhere(&FlowEnd::BadPeer(fault)) {
            let verdict = if flow.server.is_some() { of_server } else { Verdict::BadClient };
            assert_eq!(flow.verdict(), verdict, "{flow:?}");
        }
    }
}

#[test]
fn a_deadline_that_passed_is_named_after_what_was_waited_for() {
    for flow in everywhere(&FlowEnd::TimedOut) {
        let verdict = match (flow.stage, flow.tx, flow.rx) {
            (Stage::Handshake, ..) => Verdict::SilentClient,
            (Stage::Resolve, ..) => Verdict::NameTimedOut,
            (Stage::Connect, ..) => Verdict::NoAnswer,
            (Stage::Stream, 1, 0) => Verdict::SilentServer,
            _ => Verdict::Idle,
        };
        assert_eq!(flow.verdict(), verdict, "{flow:?}");
    }
}

#[test]
fn a_client_that_lost_patience_with_a_server_is_told_from_one_that_was_done() {
    for flow in everywhere(&FlowEnd::Done) {
        // A datagram need not be answered.
        let swallowed = flow.stage != Stage::Associate
            && flow.server.is_some()
            && (flow.tx, flow.rx) == (1, 0)
            && flow.idle > Duration::ZERO;
        assert_eq!(flow.verdict(), if swallowed { Verdict::SilentServer } else { Verdict::Done }, "{flow:?}");
    }
    for (idle, verdict) in [(0, Verdict::Done), (2, Verdict::Done), (3, Verdict::SilentServer)] {
        assert_eq!(flow(FlowEnd::Done, Stage::Stream, 1, 0, true, idle).verdict(), verdict, "{idle} s");
    }
}

/// Of a minute, when the first and the last datagram went.
#[test]
fn who_went_on_sending_datagrams_was_waiting_and_one_who_just_sent_some_was_not() {
    let udp = |end: &FlowEnd, (first, last): (u64, u64), rx, through_server| FlowSummary {
        first_sent: Some(Duration::from_secs(first)),
        ..flow(end.clone(), Stage::Associate, 9, rx, through_server, 60 - last)
    };
    for (sent, rx, through_server, went_on) in [
        ((0, 60), 0, true, true),
        ((57, 60), 0, true, true),
        ((2, 5), 0, true, true),
        ((58, 60), 0, true, false),
        // One datagram, and then nothing: as to a log.
        ((0, 0), 0, true, false),
        ((0, 2), 0, true, false),
        ((60, 60), 0, true, false),
        // The engine's clock is coarse: the last may seem to have gone before the first.
        ((2, 1), 0, true, false),
        ((0, 60), 1, true, false),
        ((0, 60), 0, false, false),
    ] {
        for (end, otherwise) in [(FlowEnd::Done, Verdict::Done), (FlowEnd::TimedOut, Verdict::Idle)] {
            let verdict = if went_on { Verdict::UdpUnanswered } else { otherwise };
            assert_eq!(
                udp(&end, sent, rx, through_server).verdict(),
                verdict,
                "{end:?} {sent:?} {rx} {through_server}"
            );
        }
        assert_eq!(udp(&FlowEnd::Cancelled, sent, rx, through_server).verdict(), Verdict::Cancelled);
    }
}
