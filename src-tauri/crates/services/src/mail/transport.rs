//! How mail leaves: over the mail server, or, from the practice partner, into a folder.

use std::path::PathBuf;
use std::sync::Arc;

use lettre::{AsyncFileTransport, AsyncTransport, Tokio1Executor};
use partner::requests::mail_settings::MailSettings;
use tiktok_business::Clock;

use super::smtp::{Refusal, Server, Then};
use super::{Addresses, Certificate, Letter};
use crate::problem::Problem;
use crate::secrets::SecretString;

/// How mail leaves.
#[derive(Clone)]
pub enum Way {
    /// Over the mail server of the settings.
    Server {
        /// Certificates that are trusted besides those of the system.
        roots: Vec<Certificate>,
    },
    /// As files into this folder.
    Folder(PathBuf),
}

impl Way {
    /// Bring a letter there; done means that the server has it. `hand_over` is called right before the text is on its way,
    /// and says whether it may go: without it the letter stays, which is no refusal.
    ///
    /// # Errors
    /// Why the server does not have it, as far as that is known.
    pub async fn carry(
        &self,
        letter: &Letter,
        settings: MailSettings,
        password: Option<SecretString>,
        clock: Arc<dyn Clock>,
        hand_over: impl Future<Output = Result<bool, Problem>>,
    ) -> Result<bool, Refusal> {
        let hand_over = async { hand_over.await.map_err(|problem| Refusal { problem, then: Then::Later }) };
        match self {
            Way::Server { roots } => {
                let server = Server { settings, password, roots: roots.clone(), clock };
                let mut session = server.connect().await?;
                session.offer(&letter.envelope).await?;
                session.announce().await?;
                if !hand_over.await? {
                    return Ok(false);
                }
                session.send(&letter.message).await?;
                session.leave();
            }
            Way::Folder(folder) => {
                if !hand_over.await? {
                    return Ok(false);
                }
                write(folder.clone(), letter).await?;
            }
        }
        Ok(true)
    }
}

/// Try the settings out: whether the server takes mail for those who get requests, who get none, and a letter to where
/// answers go, which is sent.
///
/// # Errors
/// The first thing that is in the way.
pub async fn test(
    way: &Way,
    settings: MailSettings,
    password: Option<SecretString>,
    partner: &str,
    clock: Arc<dyn Clock>,
) -> Result<(), Problem> {
    let addresses = Addresses::of(&settings).map_err(super::settings::first)?;
    let letter = Letter::of_test(partner, &addresses, clock.now())?;
    let tried = async {
        match way {
            Way::Server { roots } => {
                let server = Server { settings, password, roots: roots.clone(), clock };
                let mut session = server.connect().await?;
                session.offer(&addresses.envelope()?).await?;
                session.withdraw().await?;
                session.offer(&letter.envelope).await?;
                session.announce().await?;
                session.send(&letter.message).await?;
                session.leave();
                Ok(())
            }
            Way::Folder(folder) => write(folder.clone(), &letter).await,
        }
    };
    tried.await.map_err(|refusal: Refusal| refusal.problem)
}

async fn write(folder: PathBuf, letter: &Letter) -> Result<(), Refusal> {
    let failed =
        |error: &dyn ToString| Refusal { problem: Problem::internal(error.to_string()), then: Then::Later };
    tokio::fs::create_dir_all(&folder)
        .await
        .map_err(|error| Refusal { problem: partner::Error::from(error).into(), then: Then::Later })?;
    let files = AsyncFileTransport::<Tokio1Executor>::new(folder);
    files.send_raw(&letter.envelope, &letter.message).await.map(drop).map_err(|error| failed(&error))
}
