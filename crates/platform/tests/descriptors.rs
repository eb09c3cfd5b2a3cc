//! Alone in its file: the limit is the whole process's.
#![cfg(unix)]

use parasol_platform::{limit_descriptors, raise_descriptor_limit};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[test]
fn the_limit_of_descriptors_goes_up_as_far_as_it_may_or_to_what_is_asked() {
    let usual = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(64), ..usual }).unwrap();
    raise_descriptor_limit().unwrap();
    let raised = getrlimit(Resource::Nofile);
    assert_eq!(raised.maximum, usual.maximum);
    assert!(raised.current > Some(64) && raised.current <= raised.maximum.or(raised.current), "{raised:?}");
    raise_descriptor_limit().unwrap();
    assert_eq!(getrlimit(Resource::Nofile), raised);

    limit_descriptors(100).unwrap();
    assert_eq!(getrlimit(Resource::Nofile), Rlimit { current: Some(100), ..raised });
}
