//! The proxy in the settings of the Linux desktop, as the sign-in window finds it: GNOME's through GIO, and KDE's file.

use std::path::{Path, PathBuf};

use gio::prelude::ProxyResolverExt;
use tiktok_business::Proxy;
use url::Url;

/// It may block, because GIO asks other processes.
pub fn proxy_for(address: &Url) -> Option<Proxy> {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    if desktop.split(':').any(|name| name.eq_ignore_ascii_case("kde"))
        && let Some(proxy) = config_folder().and_then(|folder| of_kde(&folder))
    {
        return Some(proxy);
    }
    let found = gio::ProxyResolver::default().lookup(address.as_str(), gio::Cancellable::NONE);
    // `direct://` is not the address of a proxy.
    found.ok()?.first().and_then(|text| parse(text))
}

fn config_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    folder.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".config")))
}

/// The proxy that was entered in KDE's System Settings: `ProxyType=1` and `httpsProxy=http://proxy.example.com 8080`.
fn of_kde(config: &Path) -> Option<Proxy> {
    let text = std::fs::read_to_string(config.join("kioslaverc")).ok()?;
    let section = text
        .split("\n[")
        .find_map(|section| section.trim_start_matches('[').strip_prefix("Proxy Settings]"))?;
    let value = |key: &str| {
        section.lines().find_map(|line| Some(line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim()))
    };
    if value("ProxyType") != Some("1") {
        return None;
    }
    ["httpsProxy", "socksProxy"].into_iter().find_map(|key| parse(value(key)?))
}

/// KDE writes a space before the port. `socks` stands for version 5.
fn parse(text: &str) -> Option<Proxy> {
    let text = text.trim().replace(' ', ":");
    let text = match text.strip_prefix("socks://").or(text.strip_prefix("socks5://")) {
        Some(rest) => format!("socks5h://{rest}"),
        None => text,
    };
    Proxy::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const FOUND: &str = "XPO_ADMIN_FOUND_PROXY";

    /// Runs the lookup in a process with the settings of a desktop.
    fn found(desktop: &str, file: &str, content: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        let found = dir.path().join("found");
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "app::proxy::desktop::tests::look_up", "--ignored"]);
        for name in
            ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"]
        {
            child.env_remove(name);
        }
        child.env("XDG_CURRENT_DESKTOP", desktop).env("XDG_CONFIG_HOME", dir.path());
        child.env("GSETTINGS_BACKEND", "keyfile").env(FOUND, &found);
        let output = child.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        std::fs::read_to_string(found).unwrap()
    }

    #[test]
    fn the_proxy_of_gnome_and_kde_is_used() {
        let gnome = |mode: &str| {
            format!(
                "[system/proxy]\nmode='{mode}'\n\
                 [system/proxy/https]\nhost='proxy.example.com'\nport=3128\n"
            )
        };
        const KEYFILE: &str = "glib-2.0/settings/keyfile";
        assert_eq!(found("ubuntu:GNOME", KEYFILE, &gnome("manual")), "http://proxy.example.com:3128/");
        assert_eq!(found("ubuntu:GNOME", KEYFILE, &gnome("none")), "");
        let socks = "[system/proxy]\nmode='manual'\n\
                     [system/proxy/socks]\nhost='10.0.0.1'\nport=1080\n";
        assert_eq!(found("GNOME", KEYFILE, socks), "socks5h://10.0.0.1:1080");
        for (content, url) in [
            ("[Proxy Settings]\nProxyType=1\nhttpsProxy=http://10.0.0.1 8080\n", "http://10.0.0.1:8080/"),
            ("[x]\ny=1\n[Proxy Settings][$i]\nProxyType=1\n", ""),
            ("[x]\n\n[Proxy Settings]\nProxyType=1\nsocksProxy=socks://p:1080\n\n[z]\n", "socks5h://p:1080"),
            ("[Proxy Settings]\nProxyType=0\nhttpsProxy=http://10.0.0.1 8080\n", ""),
        ] {
            assert_eq!(found("KDE", "kioslaverc", content), url, "{content}");
        }
    }

    /// Not a test, but the process with the settings of a desktop.
    #[test]
    #[ignore = "started by the test above"]
    fn look_up() {
        let proxy = proxy_for(&tiktok_business::urls::API.parse().unwrap());
        let url = proxy.map(|proxy| proxy.expose_url().to_string()).unwrap_or_default();
        std::fs::write(std::env::var_os(FOUND).unwrap(), url).unwrap();
    }
}
