//! The application's state: created once, shared by every command.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use partner::Folder;
use partner::tables::allocations::columns::AllocationFile;
use services::problem::{Problem, ProblemCode};
use services::secrets::{SecretStore, Settings};
use tokio_util::sync::CancellationToken;

use super::list_reads::ListReads;
use super::lock::locked;
use super::open_partner::OpenPartner;
use super::preferences::PreferencesFile;
use super::proxy::ProxySlot;

pub struct State {
    pub folder: Folder,
    /// Secrets of all partners but the practice partner.
    pub secrets: SecretStore,
    pub preferences: PreferencesFile,
    pub exports: ExportSlot,
    pub list_reads: ListReads,
    /// The allocation file that the import shows.
    pub allocation_file: Mutex<Option<Arc<AllocationFile>>>,
    pub proxy: Arc<ProxySlot>,
    pub open_partner: OpenPartnerSlot,
    pub sign_in: SignInSlot,
    /// The backup that the admin chose last in the file manager. The page cannot name another file.
    pub chosen_backup: Mutex<Option<PathBuf>>,
    /// The file that was dropped on the window, until the page asks for it.
    pub dropped: Mutex<Option<PathBuf>>,
    /// Set while leaving the page asks first. The first request to quit clears it, so that a second one quits even if the page
    /// hangs.
    pub leaving_asks: AtomicBool,
    /// Set while the page has unsaved changes.
    pub unsaved: AtomicBool,
    /// Set when the process of the page ended with unsaved changes, until the page that replaced it has said so.
    pub edits_lost: AtomicBool,
}

impl State {
    pub fn new(folder: Folder) -> State {
        State {
            secrets: SecretStore::new(folder.root().join("secrets.age"), Settings::default()),
            exports: ExportSlot::default(),
            list_reads: ListReads::default(),
            allocation_file: Mutex::default(),
            preferences: PreferencesFile::of_folder(&folder),
            proxy: Arc::new(ProxySlot::read(folder.root())),
            open_partner: OpenPartnerSlot::default(),
            sign_in: SignInSlot::default(),
            chosen_backup: Mutex::default(),
            dropped: Mutex::default(),
            leaving_asks: AtomicBool::default(),
            unsaved: AtomicBool::default(),
            edits_lost: AtomicBool::default(),
            folder,
        }
    }

    /// Recorded as "who" in the change history. The window asks for the profile before it opens a partner.
    pub fn actor(&self) -> String {
        self.preferences.get().profile.map_or_else(|| "Admin".to_owned(), |profile| profile.name)
    }
}

/// Cancels the exports that run, and the reading of files.
#[derive(Default)]
pub struct ExportSlot(Mutex<CancellationToken>);

impl ExportSlot {
    /// Is cancelled by the next [`ExportSlot::cancel`].
    pub fn token(&self) -> CancellationToken {
        locked(&self.0).clone()
    }

    pub fn cancel(&self) {
        std::mem::take(&mut *locked(&self.0)).cancel();
    }
}

/// Admits one sign-in or import at a time.
#[derive(Default)]
pub struct SignInSlot(Mutex<Option<CancellationToken>>);

impl SignInSlot {
    /// Takes the slot until the guard is dropped.
    ///
    /// # Errors
    /// [`ProblemCode::SignInPending`] while it is taken.
    pub fn take(&self) -> Result<SignInGuard<'_>, Problem> {
        let mut slot = locked(&self.0);
        if slot.is_some() {
            return Err(ProblemCode::SignInPending.into());
        }
        let cancelled = CancellationToken::new();
        *slot = Some(cancelled.clone());
        Ok(SignInGuard { slot: self, cancelled })
    }

    /// Cancels the sign-in or import that holds the slot, if any.
    pub fn cancel(&self) {
        if let Some(cancelled) = &*locked(&self.0) {
            cancelled.cancel();
        }
    }
}

/// Holds the [`SignInSlot`].
pub struct SignInGuard<'a> {
    slot: &'a SignInSlot,
    cancelled: CancellationToken,
}

impl SignInGuard<'_> {
    /// Runs `work` until it ends or is cancelled.
    ///
    /// # Errors
    /// Fails with the errors of `work`, and [`ProblemCode::SignInCancelled`].
    pub async fn run<T>(&self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        let done = self.cancelled.run_until_cancelled(work).await;
        done.unwrap_or_else(|| Err(ProblemCode::SignInCancelled.into()))
    }
}

impl Drop for SignInGuard<'_> {
    fn drop(&mut self) {
        *locked(&self.slot.0) = None;
    }
}

/// The open partner, if any.
#[derive(Default)]
pub struct OpenPartnerSlot {
    pub current: Mutex<Option<Arc<OpenPartner>>>,
    /// Held while a partner is opened or closed.
    pub transition: tokio::sync::Mutex<()>,
}

impl OpenPartnerSlot {
    /// # Errors
    /// [`ProblemCode::PartnerNotOpen`].
    pub fn current(&self) -> Result<Arc<OpenPartner>, Problem> {
        locked(&self.current).clone().ok_or_else(|| ProblemCode::PartnerNotOpen.into())
    }

    pub fn current_if(&self, wanted: impl FnOnce(&OpenPartner) -> bool) -> Option<Arc<OpenPartner>> {
        self.current().ok().filter(|open| wanted(open))
    }
}
