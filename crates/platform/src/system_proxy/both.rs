use super::gnome::Gnome;
use super::kde::Kde;
use super::{Endpoint, Part, ProxyError, Snapshot, Step, SystemProxy, Wanted};

/// Plasma's settings and GNOME's, as one desktop. Each key is of one of them, and so is each step.
#[derive(Debug)]
pub(super) struct Both {
    kde: Kde,
    gnome: Gnome,
}

impl Both {
    pub(super) const NAME: &str = "kde+gnome";

    pub(super) fn new(kde: Kde, gnome: Gnome) -> Both {
        Both { kde, gnome }
    }
}

impl SystemProxy for Both {
    fn name(&self) -> &'static str {
        Both::NAME
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        let mut settings = self.kde.read()?;
        settings.overlay(&self.gnome.read()?);
        Ok(settings)
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        let part = |of_kde: bool| values.iter().filter(|(key, _)| is_of_kde(key) == of_kde).collect::<Snapshot>();
        let (kde, gnome) = (part(true), part(false));
        if !kde.is_empty() {
            self.kde.write(&kde)?;
        }
        if gnome.is_empty() { Ok(()) } else { self.gnome.write(&gnome) }
    }

    fn plan(&self, present: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        let mut steps = self.kde.plan(present, wanted);
        steps.extend(self.gnome.plan(present, wanted));
        // Both are ready before either is switched on.
        steps.sort_by_key(|step| step.part == Part::Switch);
        steps
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        let mut endpoints = self.kde.endpoints(values);
        endpoints.extend(self.gnome.endpoints(values));
        endpoints
    }

    fn governs(&self, keys: &Snapshot, endpoint: &Snapshot) -> bool {
        let of_kde = |keys: &Snapshot| keys.keys().all(is_of_kde);
        of_kde(keys) == of_kde(endpoint)
    }

    fn other(&self, name: &str) -> Option<Box<dyn SystemProxy>> {
        super::linux::named(name)
    }
}

fn is_of_kde(key: &str) -> bool {
    key.starts_with("kioslaverc ")
}
