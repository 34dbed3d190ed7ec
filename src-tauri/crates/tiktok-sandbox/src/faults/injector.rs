//! The queue of injected faults, and which one applies to a request.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;

use super::chaos::{Attempts, Chaos};
use super::fault::Fault;
use super::target::RequestTarget;
use crate::endpoint::endpoint_matches;
use crate::mutex::lock;
use crate::seed_data::{Rng, Stream};

/// If several faults match a request, the oldest applies; if none does, chaos may add one.
pub(crate) struct FaultInjector {
    queue: Mutex<Vec<Fault>>,
    chaos: Mutex<Option<(Chaos, Attempts)>>,
    percent_rng: Mutex<Rng>,
    cleared: watch::Sender<()>,
}

impl FaultInjector {
    pub(crate) fn new(seed: u64, chaos: Option<Chaos>) -> FaultInjector {
        FaultInjector {
            queue: Mutex::default(),
            chaos: Mutex::new(chaos.map(|chaos| (chaos, Attempts::default()))),
            percent_rng: Mutex::new(Rng::new(seed, Stream::FaultPercent, 0)),
            cleared: watch::Sender::new(()),
        }
    }

    pub(crate) fn inject(&self, fault: Fault) {
        lock(&self.queue).push(fault);
    }

    /// Removes all faults and releases hanging requests. Chaos continues.
    pub(crate) fn clear(&self) {
        lock(&self.queue).clear();
        self.cleared.send_replace(());
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        lock(&self.queue).clone()
    }

    pub(crate) fn set_chaos(&self, chaos: Option<Chaos>) {
        *lock(&self.chaos) = chaos.map(|chaos| (chaos, Attempts::default()));
    }

    pub(crate) fn chaos(&self) -> Option<Chaos> {
        lock(&self.chaos).as_ref().map(|(chaos, _)| *chaos)
    }

    /// Returns the fault of the request that has just arrived.
    pub(crate) fn next(&self, path: &str, query: &str) -> Option<ActiveFault> {
        // Subscribes first, so that a clear after the fault was taken is not missed.
        let cleared = self.cleared.subscribe();
        self.take(path, query).map(|fault| ActiveFault { fault, cleared })
    }

    fn take(&self, path: &str, query: &str) -> Option<Fault> {
        let mut queue = lock(&self.queue);
        let target = (!queue.is_empty()).then(|| RequestTarget::from_query(query));
        let found = queue.iter().position(|fault| {
            endpoint_matches(&fault.endpoint, path)
                && target.as_ref().is_some_and(|target| target.matches(fault))
                && fault.percent.is_none_or(|percent| lock(&self.percent_rng).chance(percent.into()))
        });
        let Some(position) = found else {
            drop(queue);
            let mut chaos = lock(&self.chaos);
            let (chaos, attempts) = chaos.as_mut()?;
            return chaos.fault(attempts, path, query);
        };
        let fault = &mut queue[position];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        let active = fault.times.take().then(|| fault.clone());
        if fault.times.is_exhausted() {
            queue.remove(position);
        }
        active
    }
}

/// A fault that applies to a request.
pub(crate) struct ActiveFault {
    pub fault: Fault,
    cleared: watch::Receiver<()>,
}

impl ActiveFault {
    /// Waits for the fault's delay and, if it hangs, until the faults are cleared.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.fault.delay_ms)).await;
        if self.fault.hang {
            // An error means that the sandbox was dropped, and this request with it.
            let _ = self.cleared.changed().await;
        }
    }
}
