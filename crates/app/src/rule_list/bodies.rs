//! `Bodies`: the files of the lists, so that they are in force from the start on.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use parasol_platform::private_file;

use super::{Held, MAX_BYTES, read};

/// So many kept ones are read at once: each may take a second and much memory.
const AT_ONCE: usize = 4;

/// The files of the lists.
#[derive(Debug, Clone)]
pub struct Bodies {
    dir: PathBuf,
    /// They are another Parasol's: they are read, and left alone.
    of_another: bool,
}

impl Bodies {
    /// Those beside the profile file.
    #[must_use]
    pub fn in_dir(config: &Path) -> Bodies {
        Bodies { dir: config.join("rule-lists"), of_another: false }
    }

    /// The same; `held`: another Parasol holds the profile file, and these with it.
    #[must_use]
    pub fn of_another(self, held: bool) -> Bodies {
        Bodies { of_another: held, ..self }
    }

    /// The list with this id, as it came last. `None` when there is none that can be used.
    #[must_use]
    pub fn held(&self, id: &str) -> Option<Held> {
        let mut body = Vec::new();
        let file = private_file::open(&self.file(id)?).ok()?;
        file.take(MAX_BYTES).read_to_end(&mut body).ok()?;
        read(&body).ok()
    }

    /// All of these lists that can be used. They are read beside each other: a start waits for them. Blocks.
    #[must_use]
    pub fn all_held(&self, ids: &[String]) -> HashMap<String, Held> {
        beside_each_other(ids, |id| self.held(id))
    }

    /// Keeps a list, in place of what was there, unless they are another's.
    ///
    /// # Errors
    /// The system's.
    pub fn keep(&self, id: &str, body: &[u8]) -> io::Result<()> {
        if self.of_another {
            return Ok(());
        }
        let file = self.file(id).ok_or(io::ErrorKind::InvalidFilename)?;
        private_file::create_dir(&self.dir)?;
        let new = file.with_extension("new");
        private_file::write(&new, body)?;
        std::fs::rename(new, file)
    }

    /// Forgets a list, unless it is another's.
    pub fn forget(&self, id: &str) {
        if let Some(file) = self.file(id).filter(|_| !self.of_another) {
            remove(&file);
        }
    }

    /// Forgets all but these, also what a write that was cut short has left of another.
    pub fn forget_all_but(&self, ids: &HashSet<String>) {
        let Ok(entries) = std::fs::read_dir(&self.dir) else { return };
        let ours = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "acl" || extension == "new");
        let saved = |path: &Path| path.file_stem().and_then(|id| id.to_str()).is_some_and(|id| ids.contains(id));
        for file in entries.flatten().map(|entry| entry.path()).filter(ours) {
            if !self.of_another && !saved(&file) {
                remove(&file);
            }
        }
    }

    /// A hand at the profile file may have written any id: none leads out of the folder.
    fn file(&self, id: &str) -> Option<PathBuf> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let good = (1..=64).contains(&id.len()) && id.bytes().all(plain);
        good.then(|| self.dir.join(format!("{id}.acl")))
    }
}

fn remove(file: &Path) {
    if let Err(error) = private_file::remove(file) {
        tracing::warn!(%error, "a list of rules that was removed is still there");
    }
}

/// What `read` makes of each of these, at most [`AT_ONCE`] at a time.
fn beside_each_other<T: Send>(ids: &[String], read: impl Fn(&str) -> Option<T> + Sync) -> HashMap<String, T> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut found = Vec::new();
        while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(read(id).map(|one| (id.clone(), one)));
        }
        found
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..ids.len().min(AT_ONCE)).map(|_| scope.spawn(some)).collect();
        // Those of one that has panicked are fetched anew.
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;

    use super::*;

    #[test]
    fn kept_lists_are_read_beside_each_other_and_not_all_at_once() {
        let ids: Vec<_> = (0..20).map(|id| id.to_string()).collect();
        let (inside, changed) = (Mutex::new((0_usize, 0_usize, false)), Condvar::new());
        let found = beside_each_other(&ids, |id| {
            let mut now = inside.lock().unwrap();
            now.0 += 1;
            now.1 = now.1.max(now.0);
            changed.notify_all();
            // All that may are waited for, and where they do not come only once.
            let waits = |(_, most, alone): &mut (usize, usize, bool)| *most < AT_ONCE && !*alone;
            let (mut now, waited) = changed.wait_timeout_while(now, Duration::from_secs(10), waits).unwrap();
            now.2 |= waited.timed_out();
            now.0 -= 1;
            (id != "7").then_some(id.len())
        });
        assert_eq!(inside.into_inner().unwrap(), (0, AT_ONCE, false));
        assert!(found.len() == 19 && !found.contains_key("7") && found["12"] == 2);
    }

    #[test]
    fn a_list_is_kept_and_found_again_and_no_id_leads_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let bodies = Bodies::in_dir(dir.path());
        assert!(bodies.held("a-1").is_none());
        bodies.keep("a-1", b"||a.test").unwrap();
        bodies.keep("a-1", b"||a.test\n||b.test").unwrap();
        assert_eq!(bodies.held("a-1").unwrap().rules.len(), 2);
        std::fs::write(dir.path().join("out.acl"), "||a.test").unwrap();
        for id in ["../out", "", "a/b", ".", "a.b", &"x".repeat(65)] {
            assert!(bodies.keep(id, b"||a.test").is_err() && bodies.held(id).is_none(), "{id}");
            bodies.forget(id);
        }
        bodies.forget("a-1");
        assert!(bodies.held("a-1").is_none());
        assert!(dir.path().join("out.acl").exists());
    }

    #[test]
    fn what_is_kept_of_lists_that_are_gone_goes_and_what_is_anothers_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (bodies, ids) = (Bodies::in_dir(dir.path()), HashSet::from(["a".to_owned()]));
        bodies.forget_all_but(&ids);
        for id in ["a", "b"] {
            bodies.keep(id, b"||a.test").unwrap();
        }
        for name in ["a.new", "c.new", "c.txt"] {
            std::fs::write(dir.path().join("rule-lists").join(name), "x").unwrap();
        }
        let names = || {
            let entries = std::fs::read_dir(dir.path().join("rule-lists")).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<BTreeSet<_>>()
        };
        let (before, others) = (names(), bodies.clone().of_another(true));
        others.keep("a", b"||b.test\n||c.test").unwrap();
        others.keep("d", b"||d.test").unwrap();
        others.forget("a");
        others.forget_all_but(&ids);
        assert_eq!((names(), others.held("a").unwrap().rules.len()), (before, 1));
        bodies.forget_all_but(&ids);
        assert_eq!(names(), ["a.acl", "a.new", "c.txt"].map(str::to_owned).into());
    }
}
