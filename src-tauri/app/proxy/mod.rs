//! The proxy of this computer: the one in Settings, else the desktop's. It applies to every partner.

#[cfg(target_os = "linux")]
mod desktop;

use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use services::problem::{Problem, ProblemCode};
use services::runtime::run_blocking;
use services::secrets::{ExposeSecret, Origin, SecretStore, SecretString};
use specta::Type;
use tiktok_business::urls::is_loopback;
use tiktok_business::{Client, InvalidProxy, Options, Proxy};
use url::Url;

use super::lock::locked;
use super::preferences::PreferencesFile;

/// Name of the proxy's password in the secret storage.
const PASSWORD_KEY: &str = "proxy-password";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Saved {
    address: String,
    user: String,
}

/// The proxy as the screen shows it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProxySettings {
    /// Empty for the system's proxy.
    pub address: String,
    pub user: String,
    /// Whether a password is stored. It is never sent to the window.
    pub has_password: bool,
}

/// The proxy as the admin enters it.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProxyForm {
    pub address: String,
    pub user: String,
    /// `None` keeps the stored password, unless the address changes.
    pub password: Option<String>,
}

pub struct ProxySlot {
    saved: PreferencesFile<Saved>,
    password: Mutex<Option<SecretString>>,
}

impl ProxySlot {
    pub fn read(root: &Path) -> ProxySlot {
        ProxySlot { saved: PreferencesFile::read(root, "proxy.json"), password: Mutex::default() }
    }

    /// Reads the password, and again whenever the secret storage becomes available.
    pub async fn follow_password(&self, secrets: &SecretStore) {
        let mut available = secrets.available();
        loop {
            self.load_password(secrets).await;
            if available.changed().await.is_err() {
                return;
            }
        }
    }

    /// Reads the password. Without it, the proxy refuses connections, and the next request reports that.
    pub async fn load_password(&self, secrets: &SecretStore) {
        let Saved { address, user } = self.saved.get();
        if !user.is_empty() {
            match secrets.get_for(&Origin::of_proxy(&address), PASSWORD_KEY).await {
                Ok(password) => *locked(&self.password) = password,
                Err(error) => tracing::warn!(%error, "failed to read the proxy's password"),
            }
        }
    }

    pub fn settings(&self) -> ProxySettings {
        let Saved { address, user } = self.saved.get();
        ProxySettings { address, user, has_password: locked(&self.password).is_some() }
    }

    /// # Errors
    /// [`ProblemCode::ProxyAddressInvalid`], and when the secret storage or the file fails. Nothing is changed then.
    pub async fn save(&self, secrets: &SecretStore, form: ProxyForm) -> Result<(), Problem> {
        self.entered(&form)?;
        let saved = Saved { address: form.address.trim().to_owned(), user: form.user.trim().to_owned() };
        let password = self.password_of(&form);
        // Without a password the keychain is not needed, and may be missing.
        let stored = password.is_some() || locked(&self.password).is_some();
        let origin = Origin::of_proxy(&saved.address);
        let save = async { self.saved.change(|current| *current = saved) };
        if stored {
            secrets.put_with(&origin, PASSWORD_KEY, password.as_ref(), save).await?;
        } else {
            save.await?;
        }
        *locked(&self.password) = password;
        Ok(())
    }

    /// The proxy in the form; `None` means the system's.
    ///
    /// # Errors
    /// [`ProblemCode::ProxyAddressInvalid`].
    pub fn entered(&self, form: &ProxyForm) -> Result<Option<Proxy>, Problem> {
        let address = form.address.trim();
        if address.is_empty() {
            return Ok(None);
        }
        let proxy = match Proxy::parse(address) {
            // The file and the window get the address, so it must not contain a password.
            Ok(proxy) if proxy.has_credentials() => Err(InvalidProxy),
            proxy => proxy,
        };
        let password = self.password_of(form);
        let proxy = match form.user.trim() {
            "" => proxy,
            user => proxy.and_then(|proxy| {
                proxy
                    .with_credentials(user, password.as_ref().map_or("", |password| password.expose_secret()))
            }),
        };
        proxy.map(Some).map_err(|_| ProblemCode::ProxyAddressInvalid.into())
    }

    /// The stored password is sent to no other proxy than the one that it was entered for.
    fn password_of(&self, form: &ProxyForm) -> Option<SecretString> {
        let entered = form.password.clone().filter(|password| !password.is_empty()).map(SecretString::from);
        let stored =
            || locked(&self.password).clone().filter(|_| form.address.trim() == self.saved.get().address);
        if form.user.trim().is_empty() { None } else { entered.or_else(stored) }
    }

    /// The proxy in Settings.
    fn chosen(&self) -> Option<Proxy> {
        let Saved { address, user } = self.saved.get();
        self.entered(&ProxyForm { address, user, password: None }).ok().flatten()
    }

    /// Sets the proxy of a client. It may block.
    pub fn configure(&self, options: Options) -> Options {
        let proxy = self.chosen().or_else(|| of_desktop(&options.api));
        Options { proxy, ..options }
    }

    /// A client that uses the proxy.
    ///
    /// # Errors
    /// When the computer's TLS configuration is unusable.
    pub async fn client(self: &Arc<Self>, options: Options) -> Result<Client, Problem> {
        let slot = Arc::clone(self);
        Ok(run_blocking(move || Client::new(slot.configure(options))).await??)
    }

    /// The proxy for the sign-in window, which finds the desktop's on its own, but neither that of Settings nor that of the
    /// environment. A page on this computer is loaded without one.
    pub fn for_popup(&self, page: &Url) -> Option<Url> {
        if page.host_str().is_some_and(is_loopback) {
            return None;
        }
        let proxy = self.chosen().or_else(|| of_environment()?.ok())?;
        let url = proxy.expose_url();
        match url.scheme() {
            "http" | "socks5" => Some(url.clone()),
            // The window knows one kind of SOCKS, in which the proxy resolves names.
            "socks5h" => Url::parse(&url.as_str().replacen("socks5h", "socks5", 1)).ok(),
            _ => None,
        }
    }
}

/// The proxy in the environment variables that the HTTP library reads.
fn of_environment() -> Option<Result<Proxy, InvalidProxy>> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let value = names.into_iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
    value.map(|value| Proxy::parse(&value))
}

/// Like [`ProxySlot::client`], with the system's proxy whatever is chosen in Settings.
///
/// # Errors
/// When the computer's TLS configuration is unusable.
pub async fn system_client(options: Options) -> Result<Client, Problem> {
    let proxy = |options: Options| Options { proxy: of_desktop(&options.api), ..options };
    Ok(run_blocking(move || Client::new(proxy(options))).await??)
}

/// The desktop's proxy for this address. Elsewhere than on Linux, and where environment variables name one, the HTTP
/// library reads it.
fn of_desktop(address: &Url) -> Option<Proxy> {
    if of_environment().is_some() {
        return None;
    }
    #[cfg(target_os = "linux")]
    return desktop::proxy_for(address);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = address;
        None
    }
}

#[cfg(test)]
mod tests {
    use services::secrets::Settings;

    use super::*;

    fn form(address: &str, user: &str, password: Option<&str>) -> ProxyForm {
        ProxyForm { address: address.into(), user: user.into(), password: password.map(Into::into) }
    }

    #[tokio::test]
    async fn the_proxy_is_kept_across_restarts_and_its_password_only_in_the_secret_storage() {
        let dir = tempfile::tempdir().unwrap();
        let secrets = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
        secrets.keep_in_memory().await;
        let slot = ProxySlot::read(dir.path());
        slot.save(&secrets, form(" socks5h://proxy.example.com:1080 ", "jo", Some("p@ss"))).await.unwrap();
        let text = std::fs::read_to_string(dir.path().join("proxy.json")).unwrap();
        assert!(text.contains("proxy.example.com") && !text.contains("p@ss"), "{text}");

        let slot = ProxySlot::read(dir.path());
        slot.load_password(&secrets).await;
        let settings = slot.settings();
        assert_eq!((&*settings.address, &*settings.user), ("socks5h://proxy.example.com:1080", "jo"));
        assert!(settings.has_password);
        let url = slot.chosen().unwrap().expose_url().to_string();
        assert_eq!(url, "socks5h://jo:p%40ss@proxy.example.com:1080");
        let page = |url: &str| url.parse::<Url>().unwrap();
        let popup = slot.for_popup(&page("https://business-api.tiktok.com/portal/auth"));
        assert_eq!(popup.unwrap().scheme(), "socks5");
        assert_eq!(slot.for_popup(&page("http://127.0.0.1:8080/portal/auth")), None);

        // A file that names another proxy does not get the password.
        let saved = text.replace("proxy.example.com", "other.example.com");
        std::fs::write(dir.path().join("proxy.json"), saved).unwrap();
        let other = ProxySlot::read(dir.path());
        other.load_password(&secrets).await;
        assert!(!other.settings().has_password);

        // No password in the form keeps the stored one for this proxy only, and no user name removes it.
        slot.save(&secrets, form("socks5h://proxy.example.com:1080", "jane", None)).await.unwrap();
        assert_eq!(
            slot.chosen().unwrap().expose_url().as_str(),
            "socks5h://jane:p%40ss@proxy.example.com:1080"
        );
        let other = slot.entered(&form("proxy:8080", "jo", None)).unwrap().unwrap();
        assert!(!other.expose_url().as_str().contains("p%40ss"));
        slot.save(&secrets, form("proxy:8080", "jo", Some("p@ss"))).await.unwrap();
        slot.save(&secrets, form("proxy:8080", "", None)).await.unwrap();
        assert!(secrets.get(PASSWORD_KEY).await.unwrap().is_none() && !slot.settings().has_password);
        let refused = slot.save(&secrets, form("http://wpad/wpad.dat", "", None)).await.unwrap_err();
        assert_eq!(refused.code, ProblemCode::ProxyAddressInvalid);
        assert_eq!(slot.settings().address, "proxy:8080");
    }

    #[tokio::test]
    async fn an_address_with_a_password_is_refused_and_not_saved() {
        let dir = tempfile::tempdir().unwrap();
        let secrets = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
        secrets.keep_in_memory().await;
        let slot = ProxySlot::read(dir.path());
        slot.save(&secrets, form("proxy:8080", "", None)).await.unwrap();
        for (address, user) in [
            ("http://jo:s3cret@proxy:8080", ""),
            ("s3cret@proxy:8080", "jo"),
            ("socks5://:s3cret@proxy", "jo"),
        ] {
            let refused = slot.save(&secrets, form(address, user, None)).await.unwrap_err();
            assert_eq!(refused.code, ProblemCode::ProxyAddressInvalid, "{address}");
            assert!(!format!("{refused:?}").contains("s3cret"), "{refused:?}");
        }
        assert_eq!(slot.settings().address, "proxy:8080");
        let text = std::fs::read_to_string(dir.path().join("proxy.json")).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
    }

    #[tokio::test]
    async fn the_proxy_and_its_password_are_saved_together_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let secrets = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
        secrets.keep_in_memory().await;
        let slot = ProxySlot::read(dir.path());
        slot.save(&secrets, form("proxy:8080", "jo", Some("old"))).await.unwrap();
        let file = dir.path().join("proxy.json");
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        for refused in [form("proxy:8080", "jo", Some("new")), form("", "", None)] {
            slot.save(&secrets, refused).await.unwrap_err();
            let stored =
                secrets.get_for(&Origin::of_proxy("proxy:8080"), PASSWORD_KEY).await.unwrap().unwrap();
            assert_eq!(stored.expose_secret(), "old");
            assert_eq!((&*slot.settings().user, slot.settings().has_password), ("jo", true));
        }
    }
}
