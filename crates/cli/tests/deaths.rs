//! A Parasol that takes the system proxy of Plasma and of GNOME at once, and gives it back, while somebody dies at each
//! read and write in turn: Parasol, its guard, both, the session bus, or all of them. Afterwards the user has what they had:
//! by the guard, or by what would run at the next login.
#![cfg(target_os = "linux")]

mod session;

use std::env;
use std::fs;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use parasol_platform::system_proxy::{
    Endpoint, Lease, ProxyError, Rescue, Snapshot, Step, SystemProxy, Wanted, desktop,
};
use session::settled::Settled;
use session::{Bus, Place, children, is_running, kill, this_program, until, wanted};

#[test]
fn parasol_alone_and_its_guard_gives_back() {
    let mut longest = Duration::ZERO;
    let points = everywhere(Death::Parasol, |session, ended, _| {
        let died = Instant::now();
        until("the journal is gone", || !session.place.journal().exists());
        if !ended.success() {
            longest = longest.max(died.elapsed());
        }
    });
    println!("died at {points} points; the guard took {longest:?} at most");
}

#[test]
fn the_guard_alone_and_parasol_gives_back() {
    let points = everywhere(Death::Guard, |_, ended, _| assert!(ended.success(), "it was to live"));
    println!("the guard died at {points} points");
}

#[test]
fn both_and_the_login_entry_gives_back() {
    let points = everywhere(Death::Both, |session, ended, _| {
        if !ended.success() {
            session.log_in();
        }
    });
    println!("both died at {points} points");
}

#[test]
fn the_bus_and_what_is_left_is_given_back_in_the_next_session() {
    let points = everywhere(Death::Bus, |session, _, _| {
        session.bus = Bus::start(&session.place);
        session.log_in();
    });
    println!("the bus died at {points} points");
}

#[test]
fn all_of_them_as_in_a_power_cut_and_the_login_entry_gives_back() {
    let points = everywhere(Death::All, |session, ended, _| {
        if !ended.success() {
            session.bus = Bus::start(&session.place);
            session.log_in();
        }
    });
    println!("all died at {points} points");
}

/// Lets it happen at every read and write, until one is beyond the last, and after each does what then comes; the settings
/// are the user's each time. Gives how many points there were.
fn everywhere(death: Death, mut then: impl FnMut(&mut Settled, ExitStatus, usize)) -> usize {
    let mut session = Settled::new();
    let before = session.settings();
    for point in 0.. {
        let (ended, happened) = run(&session, death, point);
        then(&mut session, ended, point);
        until("the journal is gone", || !session.place.journal().exists());
        until("nothing runs at login", || !session.place.login_entry().exists());
        assert_eq!(session.settings(), before, "{death:?} at {point}");
        if !happened {
            assert!(ended.success(), "nobody died, and yet: {ended}");
            assert!(point > 60, "it was to happen at every read and write: {point}");
            return point;
        }
    }
    unreachable!("there are fewer points than numbers")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    Parasol,
    Guard,
    Both,
    Bus,
    All,
}

const DEATHS: [Death; 5] = [Death::Parasol, Death::Guard, Death::Both, Death::Bus, Death::All];

/// A Parasol from its start to its end, and whether there was such a point.
fn run(session: &Settled, death: Death, point: usize) -> (ExitStatus, bool) {
    let mark = session.place.path().join("happened");
    let mut command = this_program("lives_and_dies");
    session.surround(&mut command);
    command.env(WHO, (death as usize).to_string()).env(POINT, point.to_string());
    command.env(BUS, session.bus.pid().to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = command.status().unwrap();
    (ended, fs::remove_file(mark).is_ok())
}

const WHO: &str = "PARASOL_TEST_WHO_DIES";
const POINT: &str = "PARASOL_TEST_AT_POINT";
const BUS: &str = "PARASOL_TEST_BUS";

#[test]
#[ignore = "started by another test, to die"]
fn lives_and_dies() {
    let place = Place::here().expect("started by another test");
    let number = |name: &str| env::var(name).unwrap().parse::<usize>().unwrap();
    let desktop = desktop().unwrap();
    assert_eq!(desktop.name(), "kde+gnome");
    let mortal =
        Mortal { desktop, left: Some(number(POINT)), death: DEATHS[number(WHO)], mark: place.path().join("happened") };
    let rescue = Rescue::of_this_user(Path::new(env!("CARGO_BIN_EXE_parasol")));
    let by_script = Wanted::by_script(([127, 0, 0, 1], 1080).into(), "/1.pac").unwrap();
    let life = Lease::acquire_with_rescue(Box::new(mortal), &place.journal(), &wanted(), &rescue)
        .and_then(|lease| lease.change(&by_script))
        .and_then(Lease::release);
    // Without a bus it cannot be well.
    assert!(life.is_ok() || number(WHO) == Death::Bus as usize, "{life:?}");
}

/// A desktop at which somebody dies after so many reads and writes.
struct Mortal {
    desktop: Box<dyn SystemProxy>,
    left: Option<usize>,
    death: Death,
    /// A file that says that it has happened.
    mark: std::path::PathBuf,
}

impl Mortal {
    fn live(&mut self) {
        let Some(left) = self.left else { return };
        self.left = left.checked_sub(1);
        if self.left.is_some() {
            return;
        }
        fs::write(&self.mark, "").unwrap();
        if let Death::Bus | Death::All = self.death {
            end(env::var(BUS).unwrap().parse().unwrap());
        }
        if let Death::Guard | Death::Both | Death::All = self.death {
            let guard = children(std::process::id());
            assert_eq!(guard.len(), 1, "it has a guard");
            end(guard[0]);
        }
        if let Death::Parasol | Death::Both | Death::All = self.death {
            kill("KILL", &std::process::id().to_string());
        }
    }
}

fn end(process: u32) {
    kill("KILL", &process.to_string());
    until("it is dead", || !is_running(process));
}

impl SystemProxy for Mortal {
    fn name(&self) -> &'static str {
        self.desktop.name()
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        self.live();
        self.desktop.read()
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        self.live();
        self.desktop.write(values)
    }

    fn plan(&self, present: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        self.desktop.plan(present, wanted)
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        self.desktop.endpoints(values)
    }

    fn governs(&self, keys: &Snapshot, endpoint: &Snapshot) -> bool {
        self.desktop.governs(keys, endpoint)
    }
}
