//! The ways to send a message: through the mail server or, for the practice partner, as a file.

use std::path::PathBuf;
use std::sync::Arc;

use lettre::{AsyncFileTransport, AsyncTransport, Tokio1Executor};
use partner::requests::mail_settings::MailSettings;
use rustls::pki_types::CertificateDer;
use tiktok_business::Clock;

use super::smtp::Server;
use super::{Addresses, DeliveryError, Message};
use crate::problem::Problem;
use crate::secrets::SecretString;

#[derive(Clone)]
pub enum Transport {
    /// Sends through the mail server of the settings.
    Smtp {
        /// Certificates that are trusted in addition to the system's.
        extra_roots: Vec<CertificateDer<'static>>,
    },
    /// Writes each message to a file in this folder.
    Folder(PathBuf),
}

impl Transport {
    /// Sends a message; `Ok(true)` means that the server has accepted it. `hand_over` runs immediately before the text is
    /// sent and decides whether it may be: if not, nothing is sent, and the result is `Ok(false)`.
    pub async fn send(
        &self,
        message: &Message,
        settings: MailSettings,
        password: Option<SecretString>,
        clock: Arc<dyn Clock>,
        hand_over: impl Future<Output = Result<bool, Problem>>,
    ) -> Result<bool, DeliveryError> {
        let hand_over = async { hand_over.await.map_err(DeliveryError::local) };
        match self {
            Transport::Smtp { extra_roots } => {
                let server = Server { settings, password, extra_roots: extra_roots.clone(), clock };
                let mut session = server.open(&message.envelope).await?;
                session.data().await?;
                if !hand_over.await? {
                    return Ok(false);
                }
                session.text(&message.bytes).await?;
                session.quit();
            }
            Transport::Folder(folder) => {
                if !hand_over.await? {
                    return Ok(false);
                }
                write(folder.clone(), message).await?;
            }
        }
        Ok(true)
    }
}

/// Tests the settings: checks without sending anything that the server accepts mail for the recipients of requests, and
/// then sends a test message to the Reply-To address. Returns the first problem.
pub async fn test_settings(
    transport: &Transport,
    settings: MailSettings,
    password: Option<SecretString>,
    partner: &str,
    clock: Arc<dyn Clock>,
) -> Result<(), Problem> {
    let addresses = Addresses::from_settings(&settings).map_err(super::first_problem)?;
    let message = Message::for_test(partner, &addresses, clock.now())?;
    let test = async {
        match transport {
            Transport::Smtp { extra_roots } => {
                let envelope = addresses.envelope().map_err(DeliveryError::await_settings)?;
                let server = Server { settings, password, extra_roots: extra_roots.clone(), clock };
                let mut session = server.open(&envelope).await?;
                session.reset().await?;
                session.envelope(&message.envelope).await?;
                session.data().await?;
                session.text(&message.bytes).await?;
                session.quit();
                Ok(())
            }
            Transport::Folder(folder) => write(folder.clone(), &message).await,
        }
    };
    test.await.map_err(|error: DeliveryError| error.problem)
}

/// Checks that the server can be reached, lets the user sign in, and accepts mail for the recipients of requests. Sends
/// nothing. Returns the first problem.
pub async fn check_server(
    transport: &Transport,
    settings: MailSettings,
    password: Option<SecretString>,
    clock: Arc<dyn Clock>,
) -> Result<(), Problem> {
    let Transport::Smtp { extra_roots } = transport else { return Ok(()) };
    let envelope = Addresses::from_settings(&settings).map_err(super::first_problem)?.envelope()?;
    let server = Server { settings, password, extra_roots: extra_roots.clone(), clock };
    let session = server.open(&envelope).await.map_err(|error| error.problem)?;
    session.quit();
    Ok(())
}

async fn write(folder: PathBuf, message: &Message) -> Result<(), DeliveryError> {
    tokio::fs::create_dir_all(&folder)
        .await
        .map_err(|error| DeliveryError::local(partner::Error::from(error).into()))?;
    let files = AsyncFileTransport::<Tokio1Executor>::new(folder);
    let written = files.send_raw(&message.envelope, &message.bytes).await;
    written.map(drop).map_err(|error| DeliveryError::local(Problem::internal(error)))
}
