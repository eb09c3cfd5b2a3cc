//! A disk that is full: 64 KiB of memory, mounted where the configuration is. SKIPPED by whoever may not mount; whoever may
//! must succeed.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Program;
use std::sync::Arc;
use std::time::Duration;

use parasol_app::controller::{Controller, Deps, Handle, Lists};
use parasol_app::document::{Document, Parsed};
use parasol_app::paths::Paths;
use parasol_app::plugin::Patience;
use parasol_app::state::{Event, RoutingMode};
use parasol_app::{AppState, Command};

/// A file system of 64 KiB, as long as it lives.
struct SmallDisk {
    mounted: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where mounting is not allowed.
    fn mount() -> Option<SmallDisk> {
        if !may_mount() {
            eprintln!("SKIPPED: this takes root, and the right to mount (CAP_SYS_ADMIN)");
            return None;
        }
        let mounted = tempfile::tempdir().unwrap();
        let mount = Program::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(mounted.path()).output();
        let output = mount.expect("there is mount");
        assert!(output.status.success(), "mount: {}", String::from_utf8_lossy(&output.stderr));
        Some(SmallDisk { mounted })
    }

    fn config(&self) -> PathBuf {
        self.mounted.path().join("config")
    }
}

/// Whether this process has CAP_SYS_ADMIN, which the kernel tells it.
fn may_mount() -> bool {
    const SYS_ADMIN: u32 = 21;
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let held = status.lines().find_map(|line| line.strip_prefix("CapEff:")).expect("a line of rights");
    u64::from_str_radix(held.trim(), 16).expect("a number") & 1 << SYS_ADMIN != 0
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let done = Program::new("umount").arg("-l").arg(self.mounted.path()).status();
        assert!(done.is_ok_and(|status| status.success()) || std::thread::panicking(), "it stays mounted");
    }
}

async fn parasol(config: &Path) -> Handle {
    let paths = Paths { config: config.to_owned() };
    Controller::spawn(Deps {
        paths,
        desktop: Arc::new(|| None),
        rescue: None,
        network: Arc::new(|| None),
        key_store: None,
        patience: Patience::default(),
        lists: Lists::of_this_machine(),
        probe_every: Duration::from_secs(3600),
    })
    .await
}

async fn until(parasol: &Handle, reached: impl Fn(&AppState) -> bool) -> Arc<AppState> {
    let mut state = parasol.state();
    let waited = tokio::time::timeout(Duration::from_secs(60), state.wait_for(|state| reached(state))).await;
    waited.expect("it comes").expect("it runs").clone()
}

fn not_saved(state: &AppState) -> bool {
    state.notices.iter().any(|notice| matches!(notice.event, Event::NotSaved { .. }))
}

fn on_disk(config: &Path) -> Document {
    match Document::parse(&fs::read(config.join("profiles.json")).unwrap()) {
        Parsed::Document(document) => document,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_full_disk_keeps_the_old_file_and_the_change_in_memory_and_says_so() {
    let Some(disk) = SmallDisk::mount() else { return };
    let first = parasol(&disk.config()).await;
    let link = b"ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#Tokyo".to_vec();
    let id = first.preview_import(link.into()).await.id;
    first.send(Command::Import { id, leave_out: Vec::new() });
    first.shutdown().await;
    let before = on_disk(&disk.config());
    assert_eq!(before.profiles.len(), 1);

    let full = parasol(&disk.config()).await;
    let rules: String = (0..4000).map(|n| format!("||n{n}.example.test\n")).collect();
    full.send(Command::SaveRules { text: rules.as_str().into() });
    until(&full, not_saved).await;
    assert_eq!(on_disk(&disk.config()), before);
    assert_eq!(full.rules().await, rules);
    let names: Vec<_> = fs::read_dir(disk.config()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().ends_with(".new")), "{names:?} take room away");

    // What fits is written, and the warning goes.
    full.send(Command::SaveRules { text: "||a.test".into() });
    full.send(Command::SetMode { mode: RoutingMode::Global });
    until(&full, |state| !not_saved(state)).await;
    full.shutdown().await;
    assert_eq!(on_disk(&disk.config()).settings.rules, "||a.test");
}

#[tokio::test]
async fn a_disk_that_fills_up_with_earlier_states_still_takes_changes() {
    let Some(disk) = SmallDisk::mount() else { return };
    let parasol = parasol(&disk.config()).await;
    // Ten states of this length do not fit, nor do five.
    for n in 0..12 {
        let rules: String = (0..500).map(|m| format!("||n{n}m{m}.example\n")).collect();
        parasol.send(Command::SaveRules { text: rules.as_str().into() });
        let state = parasol.rules().await;
        assert_eq!(state, rules);
    }
    parasol.shutdown().await;
    assert!(on_disk(&disk.config()).settings.rules.contains("||n11m499.example"));
}
