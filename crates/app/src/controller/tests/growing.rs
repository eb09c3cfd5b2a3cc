//! A desktop where something comes while Parasol is on: a network adapter, a VPN.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use parasol_platform::system_proxy::{Endpoint, Fake, Part, ProxyError, Snapshot, Step, SystemProxy, Wanted};

use super::super::Desktop;
use super::bench::{directory, is_on, parasol, until};
use crate::command::Command;
use crate::state::ProxyActual;

/// The fake desktop, and beside it one more setting as soon as it is plugged in.
#[derive(Clone, Default)]
struct Growing {
    fake: Fake,
    plugged: Arc<AtomicBool>,
    adapter: Arc<Mutex<Option<String>>>,
}

const KEY: &str = "adapter";

impl Growing {
    fn adapter(&self) -> Option<String> {
        self.adapter.lock().unwrap().clone()
    }
}

impl SystemProxy for Growing {
    fn name(&self) -> &'static str {
        "growing"
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        let mut settings = self.fake.read()?;
        if self.plugged.load(Ordering::SeqCst) {
            settings.overlay(&[(KEY, self.adapter())].into_iter().collect());
        }
        Ok(settings)
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        if values.contains(KEY) {
            *self.adapter.lock().unwrap() = values.value(KEY).map(str::to_owned);
            return Ok(());
        }
        self.fake.write(values)
    }

    fn plan(&self, present: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        let mut steps = self.fake.plan(present, wanted);
        if present.contains(KEY) {
            let values = [(KEY, Some(wanted.address().to_string()))].into_iter().collect();
            steps.insert(0, Step { part: Part::Endpoint, values });
        }
        steps
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        self.fake.endpoints(values)
    }
}

#[tokio::test]
async fn what_comes_while_it_is_on_is_set_too_and_given_back() {
    let growing = Growing::default();
    *growing.adapter.lock().unwrap() = Some("proxy.corp.example:3128".to_owned());
    let dir = directory(serde_json::json!({"local_port": 0}));
    let desktop: Desktop = {
        let growing = growing.clone();
        Arc::new(move || Some(Box::new(growing.clone()) as Box<dyn SystemProxy>))
    };
    let parasol = parasol(dir.path(), desktop).await;
    parasol.send(Command::SetOn { on: true });
    let is_set = |state: &crate::AppState| is_on(state) && state.system_proxy.actual == ProxyActual::Set;
    let address = format!("127.0.0.1:{}", until(&parasol, is_set).await.local_port);

    growing.plugged.store(true, Ordering::SeqCst);
    // A window is opened, and with it the proxy is looked at.
    let _window = parasol.watch();
    let set = async {
        while growing.adapter().as_deref() != Some(&*address) {
            tokio::task::yield_now().await;
        }
    };
    super::bench::soon(set).await;
    until(&parasol, is_set).await;
    parasol.send(Command::SetOn { on: false });
    until(&parasol, |state| state.actual == crate::state::Actual::Off).await;
    assert_eq!(growing.adapter().as_deref(), Some("proxy.corp.example:3128"));
}
