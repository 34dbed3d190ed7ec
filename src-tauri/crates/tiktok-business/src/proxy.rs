//! The proxy that requests go through.

use std::fmt;

use url::Url;

/// What reqwest supports. With `socks4a` and `socks5h` the proxy resolves host names.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The address of a proxy, with the user name and password if it requires them. They are in no `Debug` output.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a proxy")]
pub struct InvalidProxy;

impl Proxy {
    /// Reads `http://proxy.example.com:8080`, `socks5h://10.0.0.1:1080`, or a host and port alone, which mean `http`.
    /// The address of a configuration script (PAC) is not the address of a proxy.
    pub fn parse(text: &str) -> Result<Self, InvalidProxy> {
        let text = text.trim();
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&text).map_err(|_| InvalidProxy)?;
        let is_proxy = SCHEMES.contains(&url.scheme())
            && url.host_str().is_some_and(|host| !host.is_empty())
            && matches!(url.path(), "" | "/")
            && url.query().is_none();
        if is_proxy { Ok(Proxy(url)) } else { Err(InvalidProxy) }
    }

    /// Adds the user name and password.
    pub fn with_credentials(mut self, user: &str, password: &str) -> Result<Self, InvalidProxy> {
        self.0
            .set_username(user)
            .and_then(|()| self.0.set_password(Some(password)))
            .map_err(|()| InvalidProxy)?;
        Ok(self)
    }

    /// Returns whether the address contains a user name or password, as environment variables may.
    pub fn has_credentials(&self) -> bool {
        !self.0.username().is_empty() || self.0.password().is_some()
    }

    /// The address, which contains the password.
    pub fn expose_url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({}://{})", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_of_proxies_and_refuses_configuration_scripts() {
        for (text, url) in [
            ("http://proxy.example.com:8080", "http://proxy.example.com:8080/"),
            (" proxy.example.com:3128 ", "http://proxy.example.com:3128/"),
            ("10.0.0.1:3128", "http://10.0.0.1:3128/"),
            ("socks5h://[::1]:1080", "socks5h://[::1]:1080"),
            ("SOCKS5://proxy", "socks5://proxy"),
        ] {
            assert_eq!(Proxy::parse(text).unwrap().0.as_str(), url, "{text}");
        }
        for text in [
            "",
            "ftp://proxy",
            "http://wpad/wpad.dat",
            "proxy.pac?x",
            "file:///proxy.pac",
            "socks5://",
            "a b",
        ] {
            assert_eq!(Proxy::parse(text), Err(InvalidProxy), "{text}");
        }
    }

    #[test]
    fn the_password_is_sent_as_it_is_and_not_shown() {
        let proxy =
            Proxy::parse("http://proxy:8080").unwrap().with_credentials("DOM\\jo", "p@ss:/?#").unwrap();
        assert_eq!(proxy.0.as_str(), "http://DOM%5Cjo:p%40ss%3A%2F%3F%23@proxy:8080/");
        assert_eq!(format!("{proxy:?}"), "Proxy(http://proxy)");
    }
}
